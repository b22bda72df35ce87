"""How a form field looks: label, help, error and input belong together and are read together."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.core.validators import MaxValueValidator, MinValueValidator
from django.forms import BaseForm, BoundField, Field, IntegerField
from django.forms.renderers import TemplatesSetting

# Django's own sentences, which say what is wrong but not with which field.
NAMELESS = (
    Field.default_error_messages["required"],
    IntegerField.default_error_messages["invalid"],
    MinValueValidator.message,
    MaxValueValidator.message,
)


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


def _error_links(form: BaseForm) -> Iterator[ErrorLink]:
    for text in form.non_field_errors():
        yield ErrorLink(str(text), "")
    for field in form:
        for error in field.errors.as_data():
            text = str(next(iter(error)))
            named = f"{field.label}：{text}" if error.message in NAMELESS else text
            yield ErrorLink(named, f"#{first_input_id(field)}")


def first_input_id(field: BoundField) -> str:
    """Name the element that takes the focus when somebody corrects this field."""
    return f"{field.auto_id}_0" if field.use_fieldset else field.auto_id
