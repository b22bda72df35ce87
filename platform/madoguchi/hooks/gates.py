"""The first of the gates that make "off" mean off: pages."""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import URLPattern, URLResolver

from madoguchi.hooks.registry import plugins

View = Callable[..., HttpResponseBase]


class NotOfferedHere(Http404):
    """The city has not switched on the plugin whose page this is."""


def each_view(patterns: Iterable[Any], change: Callable[[View], View]) -> None:
    """Change every view below these URL patterns, in place."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            each_view(pattern.url_patterns, change)
        elif isinstance(pattern, URLPattern):
            pattern.callback = change(pattern.callback)


def page_gate(plugin: str) -> Callable[[View], View]:
    """Make the views of a plugin answer 404 in a city that has not switched it on."""

    def gated(view: View) -> View:
        @wraps(view)
        def open_if_active(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not plugins.is_active(plugin):
                raise NotOfferedHere(plugin)
            return view(request, *args, **kwargs)

        return open_if_active

    return gated
