"""Fields that the forms of the schedule share."""

from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from madoguchi.places.declarations import WEEKDAYS
from plugins.card_reservation.rules.slots import UNITS

Choices = Sequence[tuple[str, str]]
LARGEST: Final = 500
LONGEST_RUN: Final = 366
SHORT = tuple((str(day), name) for day, name in enumerate(WEEKDAYS))
UNIT_CHOICES = tuple((str(unit), _("%(unit)s分") % {"unit": unit}) for unit in UNITS)
NUMBER: Final = {"inputmode": "numeric", "class": "count-input", "autocomplete": "off"}
DAY_MISSING = {"required": _("日を入力してください。"), "invalid": _("日を入力してください。")}


def number(label: Any, *, largest: int, smallest: int = 0, help_text: Any = "") -> forms.IntegerField:
    """Make a field for a number between two bounds, with words that say which."""
    bounds = _("%(label)sは、%(low)sから%(high)sまでの数で入力してください。") % {
        "label": label,
        "low": smallest,
        "high": largest,
    }
    return forms.IntegerField(
        label=label,
        min_value=smallest,
        max_value=largest,
        help_text=help_text,
        widget=forms.TextInput(attrs=NUMBER),
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), bounds),
    )


def set_choices(form: forms.Form, name: str, choices: Choices) -> None:
    """Give a field the choices of this city."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = list(choices)
