"""Every view says who may use it, and each zone serves its own people only."""

from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest
from django.conf import settings
from django.urls import URLPattern, URLResolver

from madoguchi.web.access import Access


def _patterns(patterns: list[Any], prefix: str = "/") -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        address = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _patterns(pattern.url_patterns, address)
        else:
            yield address, pattern


def _views(zone: str) -> list[tuple[str, Any]]:
    module = import_module(settings.MADOGUCHI["URLCONFS"][zone])
    return [(address, pattern.callback) for address, pattern in _patterns(module.urlpatterns)]


ZONES = sorted(settings.MADOGUCHI["URLCONFS"])


@pytest.mark.parametrize("zone", ZONES)
def test_every_view_says_who_may_use_it(zone: str) -> None:
    silent = [
        f"{address} -> {view.__module__}.{view.__qualname__}"
        for address, view in _views(zone)
        if not isinstance(getattr(view, "access", None), Access)
    ]
    assert silent == []


@pytest.mark.parametrize("zone", [zone for zone in ZONES if zone in {"resident", "index"}])
def test_residents_meet_no_view_of_the_staff(zone: str) -> None:
    for address, view in _views(zone):
        assert view.access.kind == "public", address


@pytest.mark.parametrize("zone", ["staff", "operators"])
def test_what_staff_may_do_is_declared_by_somebody(zone: str) -> None:
    from madoguchi.hooks.registry import plugins

    declared = {permission.name for permission in plugins.declared("permissions")}
    required = {view.access.detail for _address, view in _views(zone) if view.access.kind == "requires"}
    assert required <= declared


def test_a_view_open_to_everybody_gives_its_reason() -> None:
    for zone in ZONES:
        for address, view in _views(zone):
            assert view.access.kind != "public" or view.access.detail.strip(), address
