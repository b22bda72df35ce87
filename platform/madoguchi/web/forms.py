"""How a form field looks: label, help, error and input belong together and are read together."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.forms import BaseForm, BoundField
from django.forms.renderers import TemplatesSetting


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
        for text in field.errors:
            yield ErrorLink(str(text), f"#{first_input_id(field)}")


def first_input_id(field: BoundField) -> str:
    """Name the element that takes the focus when somebody corrects this field."""
    return f"{field.auto_id}_0" if field.use_fieldset else field.auto_id
