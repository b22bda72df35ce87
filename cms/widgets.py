"""What plugins offer to editors, seen from a page: the choices, and the piece itself."""

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.template.loader import render_to_string

from madoguchi.hooks.registry import plugins
from madoguchi.places import queries as places

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise
    from django.utils.safestring import SafeString


def choices() -> "list[tuple[str, str | _StrPromise]]":
    """List the widgets of plugins that are on in this city, for the editor's form."""
    return [
        (widget.name, widget.label)
        for owner, widget in plugins.declared_by("cms_widgets")
        if plugins.is_active(owner)
    ]


def render(name: str, *, request: HttpRequest | None) -> "SafeString | str":
    """Render a widget, or nothing when its plugin is off or gone."""
    for owner, widget in plugins.declared_by("cms_widgets"):
        if widget.name == name and plugins.is_active(owner):
            context: dict[str, Any] = dict(widget.context(request=request))
            return render_to_string(widget.template, context, request=request)
    return ""


def place_choices() -> list[tuple[str, str]]:
    """List the places that residents may visit, for the editor's form."""
    return [(place.code, place.name) for place in places.public_places()]
