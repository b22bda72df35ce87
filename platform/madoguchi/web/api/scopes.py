"""What a token can be allowed to do: the permissions that some address of the API asks for."""

from collections.abc import Iterator
from importlib import import_module
from typing import Any

from django.conf import settings
from django.urls import URLResolver

from madoguchi.hooks import rights
from madoguchi.hooks.registry import plugins
from madoguchi.hooks.values import MaskableColumn, Permission
from madoguchi.web.access import Access


def offered() -> tuple[Permission, ...]:
    """List the permissions that the API of this city asks for, in the order of their declaration."""
    asked = set(_asked())
    return tuple(
        permission
        for plugin, permission in rights.declared_permissions()
        if permission.name in asked and plugins.is_active(plugin)
    )


def columns() -> tuple[MaskableColumn, ...]:
    """List the columns of personal data that the active plugins of this city hold."""
    return tuple(column for plugin, column in rights.declared_columns() if plugins.is_active(plugin))


def _asked() -> Iterator[str]:
    patterns = import_module(settings.MADOGUCHI["URLCONFS"]["staff"]).urlpatterns
    for access, view in _declared(patterns):
        if access.kind == "token":
            yield from (part.partition("=")[2] for part in access.detail.split())
            yield from view.further_scopes()


def _declared(patterns: list[Any]) -> Iterator[tuple[Access, Any]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _declared(pattern.url_patterns)
        elif isinstance(found := getattr(pattern.callback, "access", None), Access):
            yield found, getattr(pattern.callback, "cls", None)
