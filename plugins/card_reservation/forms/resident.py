"""What a resident types, put into the shape the services expect."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from madoguchi.hooks.contracts.pickups import MonthDay, NotAMonthDay
from madoguchi.web.dates import NotADate, read_date, read_part
from plugins.card_reservation.services.guesses import asks_full_birthday
from plugins.card_reservation.services.verification import NotMatched

NUMBER_MISSING = _("交付通知書の番号を入力してください")
NUMBER_LONG = _("交付通知書の番号が長すぎます。番号だけを入力してください")
BIRTHDAY_MISSING = _("生まれた月と日を、数字で入力してください")
MONTH_IMPOSSIBLE = _("月は、1から12の数字で入力してください")
BIRTHDAY_IMPOSSIBLE = _("その月にない日です。生まれた月と日を確認してください")
YEAR_IMPOSSIBLE = _("生まれた年を確認してください。例：1988、昭和63、S63")
TICKS_MISSING = _("注意事項を読んで、すべてにチェックを入れてください")
TICK_LEFT_OUT = _("チェックが入っていない注意事項があります")
MONTHS = 12
# A birthday in one field: 0229, 2/29, 2月29日.
_TYPED_AS_ONE = re.compile(r"([0-9]{2})([0-9]{2})|([0-9]{1,2})\s*[月/.-]\s*([0-9]{1,2})\s*日?")
CAUTIONS_NEW = _("注意事項が新しくなりました。もう一度読んでください")
DOCUMENTS_NEW = _("内容が新しくなりました。もう一度読んで、同意するときはチェックを入れてください")
PLAIN_TICK = "on"
# The button of those who have no address, or leave none.
WITHOUT_MAIL = "without_mail"
# Tells a tick that was left out from a page without one.
CONSENT_SHOWN = "consent"
EMAIL_WRONG = _("メールアドレスの形を確認してください。例：hanako@example.jp")
EMAIL_OR_NONE = _("メールアドレスを入力してください。ない方は「メールなしで予約する」を押してください")


def plain(text: str) -> str:
    """Turn full-width letters and digits into half-width ones, and drop signs that nobody sees."""
    normal = unicodedata.normalize("NFKC", text)
    return "".join(sign for sign in normal if unicodedata.category(sign) != "Cf").strip()


def as_month_and_day(text: str) -> tuple[str, str] | None:
    """Take a birthday that stands in one field apart; nothing for what is written in no such way."""
    found = _TYPED_AS_ONE.fullmatch(text)
    if found is None:
        return None
    month, day = filter(None, found.groups())
    return month, day


def _short(autocomplete: str) -> forms.TextInput:
    return forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": autocomplete, "size": "3"})


class IdentifyForm(forms.Form):
    """The number printed on the notice and a birthday without its year."""

    reference = forms.CharField(
        label=_("交付通知書の番号"),
        help_text=_("ハイフン（-）はあってもなくてもかまいません"),
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
        error_messages={"required": NUMBER_MISSING, "max_length": NUMBER_LONG},
    )
    month = forms.CharField(label=_("月"), required=False, max_length=8, widget=_short("bday-month"))
    day = forms.CharField(label=_("日"), required=False, max_length=8, widget=_short("bday-day"))

    # Only in a city that asks for the whole date of birth.
    year = forms.CharField(label=_("年"), required=False, max_length=8, widget=_short("bday-year"))

    # What to do next, said once at the top of the page and not again beside the field.
    advice: str | Promise = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asks_year = asks_full_birthday()
        if not self.asks_year:
            del self.fields["year"]

    def refuse(self, refusal: NotMatched) -> None:
        """Show that number and birthday fit no card."""
        self.add_error("reference", str(refusal))
        self.advice = refusal.advice

    def clean_reference(self) -> str:
        """Accept the number however it was typed; the service compares it normalised."""
        return plain(self.cleaned_data["reference"])

    def clean(self) -> dict[str, Any]:
        """Join month and day into one birthday, 29 February included."""
        cleaned = super().clean() or self.cleaned_data
        month, day = (plain(str(cleaned.get(name, ""))) for name in ("month", "day"))
        if not day:
            month, day = as_month_and_day(month) or (month, day)
        born = self._read_parts(month, day)
        if born is None:
            return cleaned
        cleaned["birthday"] = str(born)
        if self.asks_year:
            self._add_year(cleaned, born)
        return cleaned

    def _read_parts(self, *typed: str) -> MonthDay | None:
        parts: list[int] = []
        for name, unit, text in zip(("month", "day"), ("月", "日"), typed, strict=True):
            try:
                parts.append(read_part(text, unit=unit))
            except NotADate:
                self.add_error(name, str(BIRTHDAY_MISSING))
                return None
        month, day = parts
        try:
            return MonthDay(month, day)
        except NotAMonthDay:
            in_year = 1 <= month <= MONTHS
            self.add_error("month", str(BIRTHDAY_IMPOSSIBLE if in_year else MONTH_IMPOSSIBLE))
            return None

    def _add_year(self, cleaned: dict[str, Any], born: MonthDay) -> None:
        try:
            typed = plain(str(cleaned.get("year", ""))).removesuffix("年")
            born_on = read_date(f"{typed}年{born.month}月{born.day}日")
        except NotADate:
            self.add_error("year", str(YEAR_IMPOSSIBLE))
            return
        cleaned["birthday"] = born_on.isoformat()


class FindForm(IdentifyForm):
    """The number of a booking beside the notice and the birthday of who comes."""

    number = forms.CharField(
        label=_("予約番号"),
        help_text=_("8けたの数字。例：4827-3916"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
        error_messages={"required": _("予約番号を入力してください")},
    )
    field_order = ("number", "reference")

    def clean_number(self) -> str:
        """Accept the number however it was typed."""
        return re.sub(r"\D", "", plain(self.cleaned_data["number"]))


class EmailForm(forms.Form):
    """Where the mail with the link goes, typed once."""

    email = forms.CharField(
        label=_("メールアドレス"),
        help_text=_("例：hanako@example.jp"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
        error_messages={"required": _("メールアドレスを入力してください"), "max_length": EMAIL_WRONG},
    )

    def clean_email(self) -> str:
        """Accept full-width typing, refuse what cannot be an address."""
        address = re.sub(r"\s", "", plain(self.cleaned_data["email"]))
        return str(forms.EmailField(error_messages={"invalid": EMAIL_WRONG}).clean(address))


class ConsentForm(forms.Form):
    """One tick under the documents, asked for only where there is something to agree to."""

    agreed = forms.BooleanField(
        label=_("読みました。同意します"),
        error_messages={"required": _("内容を読んで、同意するときはチェックを入れてください")},
    )

    def __init__(self, *args: Any, versions: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.versions = versions
        if versions:
            self.fields["agreed"].widget.attrs["value"] = versions
        else:
            del self.fields["agreed"]

    def clean_agreed(self) -> bool:
        """Refuse a tick under versions that are no longer the newest: nobody agrees to what was not shown."""
        sent = self.data.get(self.add_prefix("agreed"), "")
        # A page that was drawn before this release names no version.
        if sent != PLAIN_TICK and sent != self.versions:
            tick = self.fields["agreed"].widget
            assert isinstance(tick, forms.CheckboxInput)
            tick.check_test = lambda _sent: False
            raise forms.ValidationError(DOCUMENTS_NEW)
        return bool(self.cleaned_data["agreed"])


class BeginForm(IdentifyForm, EmailForm, ConsentForm):
    """Whose card it is, where the link goes and what is agreed to: one screen."""

    field_order = ("reference", "year", "month", "day", "email", "agreed")

    def __init__(
        self, data: QueryDict | None, *, takes_email: bool, needs_email: bool, versions: str, email: str
    ) -> None:
        # A page that was drawn before this release asks for neither: its reader is asked on the next ones.
        asks_email = data is None or ("email" in data and WITHOUT_MAIL not in data)
        asks_consent = data is None or CONSENT_SHOWN in data
        super().__init__(data, versions=versions if asks_consent else "", initial={"email": email})
        if not (takes_email and asks_email):
            del self.fields["email"]
        elif not needs_email:
            self.fields["email"].error_messages["required"] = str(EMAIL_OR_NONE)

    @property
    def typed_email(self) -> str:
        """Name the address that was typed; empty where none was asked for."""
        return str(self.cleaned_data.get("email", ""))

    @property
    def ticked(self) -> str:
        """Name the versions that were ticked; empty where none were shown."""
        return self.versions if self.cleaned_data.get("agreed") else ""


class PlaceForm(forms.Form):
    """One of the places that the city shows to residents."""

    place = forms.TypedChoiceField(
        label=_("受け取る場所"),
        coerce=UUID,
        error_messages={
            "required": _("受け取る場所を選んでください"),
            "invalid_choice": _("その場所は選べません。一覧から選んでください"),
        },
    )

    def __init__(
        self, *args: Any, choices: Iterable[tuple[str, str]], is_pickup: bool = True, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        asked = self.fields["place"]
        asked.choices = [("", _("選んでください")), *choices]  # type: ignore[attr-defined]
        if not is_pickup:
            # Nothing is picked up where certificates are renewed.
            asked.label = _("来る場所")
            asked.error_messages["required"] = _("来る場所を選んでください")


class SlotForm(forms.Form):
    """The time of the visit."""

    slot = forms.UUIDField(
        error_messages={
            "required": _("来る時間を選んでください"),
            "invalid": _("来る時間を選びなおしてください"),
        }
    )


class CautionsForm(forms.Form):
    """A tick beside every caution of the version that was shown."""

    version = forms.CharField(max_length=40, required=False)
    ticks = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": TICKS_MISSING, "invalid_choice": CAUTIONS_NEW},
    )

    def __init__(self, *args: Any, codes: Sequence[str], current: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.codes = tuple(codes)
        self.current = current
        self.fields["ticks"].choices = [(code, code) for code in codes]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Refuse a page with a caution left without its tick, or with older words."""
        cleaned = super().clean() or self.cleaned_data
        if "ticks" in cleaned and cleaned.get("version") != self.current:
            self.add_error("ticks", str(CAUTIONS_NEW))
        elif "ticks" in cleaned and set(cleaned["ticks"]) != set(self.codes):
            self.add_error("ticks", str(TICK_LEFT_OUT))
        return cleaned


@dataclass(frozen=True, slots=True)
class Confirmation:
    """The last button: which time was on the screen, and the key that makes a second click harmless."""

    slot: UUID
    key: UUID


def read_confirmation(sent: Mapping[str, Any]) -> Confirmation | None:
    """Read the two hidden fields of the last button; nobody types them, so no form explains them."""
    try:
        return Confirmation(slot=UUID(sent.get("slot", "")), key=UUID(sent.get("key", "")))
    except ValueError:
        return None
