"""One form per plugin, made from the fields of its settings class."""

import ipaddress
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, time
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from madoguchi.hooks.settings import MANY, Setting, SettingsSchema
from madoguchi.preferences.schemas import CONTROL

LONGEST_TEXT = 200
LONGEST_LINES = 2_000
PHONE = r"^[0-9+() -]*$"
ADDRESS = r"^(https://[^\s<>\"]+)?$"


class PhoneField(forms.CharField):
    """A telephone number, also typed with wide digits."""

    def to_python(self, value: Any) -> str:
        """Write it with plain digits, which telephones can dial."""
        return unicodedata.normalize("NFKC", str(super().to_python(value)))


class LinesField(forms.CharField):
    """Several lines, written with one kind of line end and none at the end."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        """Write what browsers send the way it is kept."""
        text = str(super().to_python(value)).replace("\r\n", "\n").replace("\r", "\n")
        return "\n".join(line.rstrip() for line in text.split("\n")).strip()


class NetworksField(LinesField):
    """Networks, one a line or between commas: 192.0.2.0/24."""

    def to_python(self, value: Any) -> str:
        """Write each network the same way.

        Raises ValidationError for what is no network.
        """
        words = super().to_python(value).replace(",", " ").split()
        try:
            return "\n".join(str(ipaddress.ip_network(word, strict=False)) for word in words)
        except ValueError as wrong:
            raise forms.ValidationError(
                _("ネットワークを確かめてください。例：192.0.2.0/24"), code="networks"
            ) from wrong


class ManyField(forms.MultipleChoiceField):
    """Any number of choices, kept in their order."""

    widget = forms.CheckboxSelectMultiple

    def clean(self, value: Any) -> Any:
        """Give what was ticked as settings keep it."""
        return tuple(super().clean(value))


def form_for(schema: SettingsSchema, *, data: Any = None, initial: Any = None) -> forms.Form:
    """Make the form of a plugin's settings."""
    types = schema.types
    made = {name: _field(types[name], setting) for name, setting in schema.settings.items()}
    form_class = type("SettingsForm", (forms.Form,), made)
    form: forms.Form = form_class(data, initial=initial)
    return form


def _field(kind: type[Any], setting: Setting) -> forms.Field:
    words: dict[str, Any] = {"label": setting.label, "help_text": setting.help}
    if kind is bool:
        return forms.BooleanField(required=False, **words)
    if kind is int:
        return forms.IntegerField(min_value=setting.minimum, max_value=setting.maximum, **words)
    if kind == MANY:
        return ManyField(required=False, choices=setting.choices, **words)
    return FIELDS[setting.format](setting, words)


def _text(setting: Setting, words: dict[str, Any]) -> forms.Field:
    return forms.CharField(
        required=False, max_length=setting.maximum or LONGEST_TEXT, validators=[_one_line()], **words
    )


def _email(setting: Setting, words: dict[str, Any]) -> forms.Field:
    return forms.EmailField(
        required=False, max_length=setting.maximum or LONGEST_TEXT, validators=[_one_line()], **words
    )


def _phone(setting: Setting, words: dict[str, Any]) -> forms.Field:
    number = RegexValidator(PHONE, message=_("電話番号を確かめてください。"))
    longest = setting.maximum or LONGEST_TEXT
    return PhoneField(required=False, max_length=longest, validators=[_one_line(), number], **words)


def _url(setting: Setting, words: dict[str, Any]) -> forms.Field:
    address = RegexValidator(ADDRESS, message=_("アドレスは https:// から始めてください。"))
    longest = setting.maximum or LONGEST_TEXT
    return forms.CharField(required=False, max_length=longest, validators=[_one_line(), address], **words)


def _lines(setting: Setting, words: dict[str, Any]) -> forms.Field:
    return LinesField(required=False, max_length=setting.maximum or LONGEST_LINES, **words)


def _networks(setting: Setting, words: dict[str, Any]) -> forms.Field:
    return NetworksField(required=False, max_length=setting.maximum or LONGEST_LINES, **words)


class DayField(forms.DateField):
    """A day, kept as 2026-12-09."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def clean(self, value: Any) -> Any:
        """Give the day as settings keep it."""
        found = super().clean(value)
        return found.isoformat() if isinstance(found, date) else ""


class HourField(forms.TimeField):
    """A time of day, kept as 09:00."""

    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")

    def clean(self, value: Any) -> Any:
        """Give the time as settings keep it."""
        found = super().clean(value)
        return f"{found:%H:%M}" if isinstance(found, time) else ""


def _day(setting: Setting, words: dict[str, Any]) -> forms.Field:
    return DayField(required=False, **words)


def _time(setting: Setting, words: dict[str, Any]) -> forms.Field:
    return HourField(required=False, **words)


def _choice(setting: Setting, words: dict[str, Any]) -> forms.Field:
    return forms.ChoiceField(choices=setting.choices, widget=forms.RadioSelect, **words)


def _one_line() -> RegexValidator:
    return RegexValidator(CONTROL, inverse_match=True, message=_("改行は使えません。"))


FIELDS: Mapping[str, Callable[[Setting, dict[str, Any]], forms.Field]] = {
    "text": _text,
    "email": _email,
    "phone": _phone,
    "url": _url,
    "lines": _lines,
    "networks": _networks,
    "day": _day,
    "time": _time,
    "choice": _choice,
}
