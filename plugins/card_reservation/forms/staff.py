"""What a clerk types while a resident is on the telephone: four inputs, one page."""

import re
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from madoguchi.hooks.contracts.bookings import PersonalData
from madoguchi.hooks.contracts.pickups import MonthDay
from madoguchi.web.dates import READABLE_YEARS
from plugins.card_reservation.forms.resident import (
    BIRTHDAY_IMPOSSIBLE,
    BIRTHDAY_MISSING,
    EMAIL_WRONG,
    NUMBER_MISSING,
    plain,
)


class DayForm(forms.Form):
    """The day and place that a list shows; what cannot be read is left out."""

    day = forms.DateField(required=False)
    place = forms.UUIDField(required=False)

    def clean_day(self) -> date | None:
        """Leave out days at the edges of the calendar, which have no neighbour to lead to."""
        day: date | None = self.cleaned_data.get("day")
        return day if day and day.year in READABLE_YEARS else None

    def chosen_day(self, *, otherwise: date) -> date:
        """Read the day, or take the given one."""
        self.is_valid()
        found: date | None = self.cleaned_data.get("day")
        return found or otherwise


class SearchForm(forms.Form):
    """Whatever a caller says, and whether bookings of long ago count."""

    q = forms.CharField(
        label=_("番号の一部・カナ・電話番号・生年月日・来庁日"),
        max_length=80,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    past = forms.BooleanField(label=_("1か月より前の予約もさがす"), required=False)

    def clean_q(self) -> str:
        """Accept the words however they were typed."""
        return plain(self.cleaned_data["q"])


class PhoneBookingForm(forms.Form):
    """Notice number, birthday, time and, if there is one, a mail address."""

    reference = forms.CharField(
        label=_("交付通知書の番号"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": NUMBER_MISSING},
    )
    birthday = forms.CharField(
        label=_("生まれた月と日"),
        help_text=_("4けたの数字。例：2月29日は 0229"),
        max_length=12,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
        error_messages={"required": BIRTHDAY_MISSING},
    )
    slot = forms.UUIDField(
        error_messages={
            "required": _("来る時間を選んでください"),
            "invalid": _("来る時間を選びなおしてください"),
        }
    )
    email = forms.CharField(
        label=_("メールアドレス"),
        help_text=_("確認のメールを送ります。なければ空欄のまま"),
        max_length=254,
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    key = forms.UUIDField()

    def __init__(self, *args: Any, kept: PersonalData, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not kept.keeps_addresses:
            del self.fields["email"]

    def clean_reference(self) -> str:
        """Accept the number however it was typed."""
        return plain(self.cleaned_data["reference"])

    def clean_birthday(self) -> str:
        """Read MMDD, M/D or 2月29日 as four digits."""
        text = plain(self.cleaned_data["birthday"])
        parts = re.fullmatch(r"(\d{1,2})\s*[月/.\-]\s*(\d{1,2})日?", text) or re.fullmatch(
            r"(\d{2})(\d{2})", text
        )
        if parts is None:
            raise forms.ValidationError(BIRTHDAY_MISSING)
        month, day = int(parts.group(1)), int(parts.group(2))
        try:
            MonthDay(month, day)
        except ValueError as impossible:
            raise forms.ValidationError(BIRTHDAY_IMPOSSIBLE) from impossible
        return f"{month:02}{day:02}"

    def clean_email(self) -> str:
        """Accept no address at all, refuse a wrong one."""
        address = re.sub(r"\s", "", plain(self.cleaned_data["email"]))
        if not address:
            return ""
        return str(forms.EmailField(error_messages={"invalid": EMAIL_WRONG}).clean(address))


class NumberForm(forms.Form):
    """The number of a notice, to be looked at."""

    reference = forms.CharField(
        label=_("交付通知書の番号"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": NUMBER_MISSING},
    )

    def clean_reference(self) -> str:
        """Accept the number however it was typed."""
        return plain(self.cleaned_data["reference"])


class CallerForm(forms.Form):
    """Who called, for a call back; both may stay empty."""

    name = forms.CharField(
        label=_("氏名"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    phone = forms.CharField(
        label=_("折り返しの電話番号"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel"}),
    )

    def clean_phone(self) -> str:
        """Accept the number however it was typed, refuse what nobody can dial."""
        typed = plain(self.cleaned_data["phone"])
        if typed and not re.fullmatch(r"[0-9()+\- ]{9,20}", typed):
            raise forms.ValidationError(_("電話番号を確かめてください"))
        return typed


class MoveForm(forms.Form):
    """The new time of a booking, and the key that makes a second click harmless."""

    slot = forms.UUIDField(
        error_messages={
            "required": _("来る時間を選んでください"),
            "invalid": _("来る時間を選びなおしてください"),
        }
    )
    key = forms.UUIDField()


class CancelForm(forms.Form):
    """The tick that says: yes, cancel."""

    confirmed = forms.BooleanField(
        label=_("この予約を取り消すことを、住民の方に確認しました"),
        error_messages={"required": _("取り消すことを確認して、チェックを入れてください")},
    )
