"""How a form field looks: label, help, error and input belong together and are read together."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.core import validators
from django.core.exceptions import ValidationError
from django.forms import BaseForm, BoundField
from django.forms.renderers import TemplatesSetting
from django.utils.translation import gettext_lazy as _

CHOSEN: Final = (forms.Select, forms.RadioSelect, forms.CheckboxSelectMultiple, forms.SelectMultiple)
# Django's own sentences say what is wrong, but neither with which field nor what to do about it.
SAID: Final[tuple[tuple[object, Any], ...]] = (
    (forms.IntegerField.default_error_messages["invalid"], _("「%(label)s」は数字で入力してください。")),
    (forms.DecimalField.default_error_messages["invalid"], _("「%(label)s」は数字で入力してください。")),
    (forms.FloatField.default_error_messages["invalid"], _("「%(label)s」は数字で入力してください。")),
    (
        forms.DateField.default_error_messages["invalid"],
        _("「%(label)s」は日付で入力してください。例：2026-04-01"),
    ),
    (
        forms.TimeField.default_error_messages["invalid"],
        _("「%(label)s」は時刻で入力してください。例：09:30"),
    ),
    (
        forms.DateTimeField.default_error_messages["invalid"],
        _("「%(label)s」は日付と時刻で入力してください。例：2026-04-01 09:30"),
    ),
    (
        forms.ChoiceField.default_error_messages["invalid_choice"],
        _("「%(label)s」は、表示されている中から選んでください。"),
    ),
    (
        forms.MultipleChoiceField.default_error_messages["invalid_choice"],
        _("「%(label)s」は、表示されている中から選んでください。"),
    ),
    (
        forms.FileField.default_error_messages["empty"],
        _("「%(label)s」のファイルが空です。中身のあるファイルを選んでください。"),
    ),
    (
        validators.EmailValidator.message,
        _("「%(label)s」の形が正しくありません。例：hanako@example.jp"),
    ),
    (
        forms.URLField.default_error_messages["invalid"],
        _("「%(label)s」は https:// から入力してください。"),
    ),
    (validators.URLValidator.message, _("「%(label)s」は https:// から入力してください。")),
    (
        validators.MinValueValidator.message,
        _("「%(label)s」は %(limit_value)s 以上にしてください。"),
    ),
    (
        validators.MaxValueValidator.message,
        _("「%(label)s」は %(limit_value)s 以下にしてください。"),
    ),
    (
        validators.MaxLengthValidator.message,
        _("「%(label)s」は %(limit_value)s 文字までにしてください。いまは %(show_value)s 文字です。"),
    ),
    (
        validators.MinLengthValidator.message,
        _("「%(label)s」は %(limit_value)s 文字以上にしてください。いまは %(show_value)s 文字です。"),
    ),
)
REQUIRED: Final = forms.Field.default_error_messages["required"]


class PageRenderer(TemplatesSetting):
    """Forms rendered by our templates; widgets stay Django's own, so Wagtail keeps its look."""

    field_template_name = "web/forms/field.html"


@dataclass(frozen=True)
class ErrorLink:
    """One thing to correct and where on the page."""

    text: str
    href: str


def error_links(form: BaseForm) -> list[ErrorLink]:
    """List what is to be corrected in a form, in the order of its fields."""
    return list(_error_links(form))


def errors_of(field: BoundField) -> list[str]:
    """Say what is to be corrected in a field: which one it is, and what to do."""
    return [_said(field, error) for error in field.errors.as_data()]


def _error_links(form: BaseForm) -> Iterator[ErrorLink]:
    for text in form.non_field_errors():
        yield ErrorLink(str(text), "")
    for field in form:
        for text in errors_of(field):
            yield ErrorLink(text, f"#{first_input_id(field)}")


def _said(field: BoundField, error: ValidationError) -> str:
    message = getattr(error, "message", None)
    wording = (
        _asking(field) if message is REQUIRED else next((ours for its, ours in SAID if its is message), "")
    )
    if not wording:
        return str(next(iter(error)))
    return str(wording) % {**(error.params or {}), "label": field.label}


def _asking(field: BoundField) -> Any:
    widget = field.field.widget
    if isinstance(widget, forms.CheckboxInput):
        return _("「%(label)s」を確かめて、チェックを入れてください。")
    if isinstance(widget, CHOSEN):
        return _("「%(label)s」を選んでください。")
    if isinstance(widget, forms.FileInput):
        return _("「%(label)s」のファイルを選んでください。")
    return _("「%(label)s」を入力してください。")


def first_input_id(field: BoundField) -> str:
    """Name the element that takes the focus when somebody corrects this field."""
    return f"{field.auto_id}_0" if field.use_fieldset else field.auto_id
