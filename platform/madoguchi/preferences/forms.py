"""One form per plugin, made from the fields of its settings class."""

import unicodedata
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from madoguchi.hooks.settings import Setting, SettingsSchema
from madoguchi.preferences.schemas import CONTROL

LONGEST_TEXT = 200
PHONE = r"^[0-9+() -]*$"


class PhoneField(forms.CharField):
    """A telephone number, also typed with wide digits."""

    def to_python(self, value: Any) -> str:
        """Write it with plain digits, which telephones can dial."""
        return unicodedata.normalize("NFKC", str(super().to_python(value)))


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
    words["validators"] = [RegexValidator(CONTROL, inverse_match=True, message=_("改行は使えません。"))]
    longest = setting.maximum or LONGEST_TEXT
    if setting.format == "email":
        return forms.EmailField(required=False, max_length=longest, **words)
    if setting.format == "phone":
        words["validators"].append(RegexValidator(PHONE, message=_("電話番号を確かめてください。")))
        return PhoneField(required=False, max_length=longest, **words)
    return forms.CharField(required=False, max_length=longest, **words)
