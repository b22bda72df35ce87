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
    as_month_and_day,
    plain,
)
from plugins.card_reservation.rules import dialling


def born_on(typed: str) -> str:
    """Read MMDD, M/D or 2月29日 as four digits; raises ValidationError for what is no day."""
    parts = as_month_and_day(plain(typed))
    if parts is None:
        raise forms.ValidationError(BIRTHDAY_MISSING)
    month, day = map(int, parts)
    try:
        MonthDay(month, day)
    except ValueError as impossible:
        raise forms.ValidationError(BIRTHDAY_IMPOSSIBLE) from impossible
    return f"{month:02}{day:02}"


def dialled(typed: str) -> str:
    """Read a telephone number; raises ValidationError for what nobody can dial."""
    written = plain(typed)
    number = dialling.dialled(written)
    if written and number is None:
        raise forms.ValidationError(_("電話番号を確かめてください"))
    return number or ""


# A city that keeps no names has no field into which somebody could type one.
REASONS = (
    _("体調や介助など、来る方の事情"),
    _("家族と同じ時間にするため"),
    _("窓口の都合による振り替え"),
    _("責任者の指示"),
)


def beyond_field(*, is_free: bool) -> forms.Field:
    """Ask why somebody goes beyond the capacity: in words, or from a list where no names are kept."""
    label, help_text = (
        _("定員を超える理由"),
        _("満員の時間に入れるときだけ書きます。監査の記録に残ります"),
    )
    if is_free:
        widget = forms.TextInput(attrs={"autocomplete": "off"})
        return forms.CharField(
            label=label, help_text=help_text, max_length=200, required=False, widget=widget
        )
    choices = [("", _("選んでください")), *((str(reason), reason) for reason in REASONS)]
    return forms.ChoiceField(label=label, help_text=help_text, required=False, choices=choices)


def in_spite_field(*, is_free: bool) -> forms.Field:
    """Ask why somebody is to come although their card may not be there in time."""
    found = beyond_field(is_free=is_free)
    found.label = _("カードが間に合わなくても予約する理由")
    found.help_text = _("急ぎの回送を頼んだなど。監査の記録に残ります")
    return found


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


class IdentityForm(forms.Form):
    """The notice and the birthday of somebody who comes."""

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

    def clean_reference(self) -> str:
        """Accept the number however it was typed."""
        return plain(self.cleaned_data["reference"])

    def clean_birthday(self) -> str:
        """Read MMDD, M/D or 2月29日 as four digits."""
        return born_on(self.cleaned_data["birthday"])


class JoinForm(IdentityForm):
    """Who comes along, too, and why although the card may not be there in time."""

    def __init__(self, *args: Any, kept: PersonalData, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["in_spite"] = in_spite_field(is_free=kept.keeps_names)


class LinkForm(IdentityForm):
    """Whose notice arrived, and which booking stays where its person has two."""

    keep = forms.ChoiceField(
        choices=[("this", ""), ("other", "")],
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("残す予約を選びなおしてください。")},
    )

    @property
    def names_somebody(self) -> bool:
        """Tell whether somebody can be looked for, whatever was chosen beside it."""
        return self.is_bound and not self.errors.keys() & {"reference", "birthday"}


class PhoneBookingForm(IdentityForm):
    """Notice and birthday, or a name to call back; a time and, if there is one, a mail address."""

    slot = forms.UUIDField(
        error_messages={
            "required": _("来る時間を選んでください"),
            "invalid": _("来る時間を選びなおしてください"),
        }
    )
    name = forms.CharField(
        label=_("来る方の氏名"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("来る方の氏名を入力してください")},
    )
    phone = forms.CharField(
        label=_("折り返しの電話番号"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel"}),
        error_messages={"required": _("折り返しの電話番号を入力してください")},
    )
    party_size = forms.TypedChoiceField(
        label=_("来る人数"), choices=[(size, size) for size in range(1, 6)], coerce=int, initial=1
    )
    email = forms.CharField(
        label=_("メールアドレス"),
        help_text=_("確認のメールを送ります。なければ空欄のまま"),
        max_length=254,
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    key = forms.UUIDField()

    def __init__(
        self,
        *args: Any,
        kept: PersonalData,
        has_notice: bool = True,
        may_go_beyond: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        gone = {"name", "phone", "party_size"} if has_notice else {"reference", "birthday"}
        gone |= set() if kept.keeps_names else {"name", "phone"}
        gone |= set() if kept.keeps_addresses else {"email"}
        for name in gone:
            del self.fields[name]
        if has_notice:
            self.fields["in_spite"] = in_spite_field(is_free=kept.keeps_names)
        if may_go_beyond:
            self.fields["beyond"] = beyond_field(is_free=kept.keeps_names)

    def clean_phone(self) -> str:
        """Accept the number however it was typed, refuse what nobody can dial."""
        return dialled(self.cleaned_data["phone"])

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
        return dialled(self.cleaned_data["phone"])


class TellingForm(forms.Form):
    """Whether the resident is written to about what staff do."""

    tell = forms.BooleanField(label=_("住民にメールで知らせる"), required=False, initial=True)

    def __init__(self, *args: Any, has_contact: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_contact:
            del self.fields["tell"]

    @property
    def is_told(self) -> bool:
        """Tell whether a mail goes out; without an address none does anyway."""
        return bool(self.cleaned_data.get("tell", True))


class MoveForm(TellingForm):
    """The new time of a booking, and the key that makes a second click harmless."""

    slot = forms.UUIDField(
        error_messages={
            "required": _("来る時間を選んでください"),
            "invalid": _("来る時間を選びなおしてください"),
        }
    )
    key = forms.UUIDField()

    def __init__(self, *args: Any, kept: PersonalData, may_go_beyond: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["in_spite"] = in_spite_field(is_free=kept.keeps_names)
        if may_go_beyond:
            self.fields["beyond"] = beyond_field(is_free=kept.keeps_names)


class CancelForm(TellingForm):
    """The tick that says: yes, cancel."""

    confirmed = forms.BooleanField(
        label=_("この予約を取り消すことを、住民の方に確認しました"),
        error_messages={"required": _("取り消すことを確認して、チェックを入れてください")},
    )
