"""What a plugin brings, found in the running platform: addresses, tasks, samples of its events."""

import re
from collections.abc import Iterator
from dataclasses import fields
from datetime import date, datetime
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints
from uuid import UUID, uuid4

from celery import Celery
from django.conf import settings
from django.urls import URLPattern, URLResolver, converters, get_resolver
from django.utils.module_loading import import_string

from madoguchi import clock
from madoguchi.hooks import kinds
from madoguchi.hooks.contracts.events import Event
from madoguchi.hooks.registry import plugins
from madoguchi.hooks.values import Zone

MENUS = ("resident_menu", "staff_navigation", "dashboard_cards")
# The machine API of a city lies on its staff host.
HOSTS: dict[Zone, str] = {"resident": "resident", "staff": "staff", "api": "staff"}
SAMPLES: dict[type, str] = {
    converters.UUIDConverter: str(uuid4()),
    converters.IntConverter: "7",
    converters.SlugConverter: "sample",
    converters.PathConverter: "sample",
    converters.StringConverter: "sample",
}


def kinds_of(plugin: str) -> frozenset[str]:
    """Name the kinds of things that a plugin brings, each behind a gate of its own."""
    found = {
        "pages": bool(addresses(plugin, "resident") or addresses(plugin, "staff")),
        "api": bool(addresses(plugin, "api")),
        "menus": any(implements(plugin, hook) for hook in MENUS),
        "questions": bool(questions(plugin)),
        "events": bool(declared(plugin, "event_handlers")),
        "tasks": bool(declared(plugin, "schedules") or tasks(plugin)),
        "widgets": bool(declared(plugin, "cms_widgets")),
    }
    return frozenset(kind for kind, is_there in found.items() if is_there)


def declared(plugin: str, hook: str) -> list[Any]:
    """List what a plugin declared under a hook."""
    return [value for owner, value in plugins.declared_by(hook) if owner == plugin]


def implementations(plugin: str, hook: str) -> list[Any]:
    """List a plugin's implementations of a hook: one, or none."""
    found = plugins._implementations(hook)
    return [implementation for implementation in found if implementation.plugin_name == plugin]


def implements(plugin: str, hook: str) -> bool:
    """Tell whether a plugin takes part in a hook."""
    return bool(implementations(plugin, hook))


def questions(plugin: str) -> list[str]:
    """Name the questions that a plugin answers."""
    return [hook for hook in kinds.ASK if implements(plugin, hook)]


def celery_app() -> Celery:
    """Find the worker's app with all its tasks."""
    app: Celery = import_string(settings.MADOGUCHI["CONTRACT"]["celery"])
    app.loader.import_default_modules()
    return app


def tasks(plugin: str) -> list[Any]:
    """List the tasks that a plugin's package holds."""
    found = celery_app().tasks.values()
    return [task for task in found if plugins.owner_of(type(task).__module__) == plugin]


def addresses(plugin: str, zone: Zone) -> list[str]:
    """List every address of a plugin in one zone, with samples in place of parameters."""
    modules = {urls.module for urls in declared(plugin, "urls") if urls.zone == zone}
    resolver = get_resolver(settings.MADOGUCHI["URLCONFS"][HOSTS[zone]])
    return [*_addresses(resolver.url_patterns, "/", modules, is_own=False)]


def _addresses(patterns: list[Any], prefix: str, modules: set[str], *, is_own: bool) -> Iterator[str]:
    for pattern in patterns:
        address = prefix + _sample_of(pattern)
        if isinstance(pattern, URLResolver):
            name = getattr(pattern.urlconf_name, "__name__", "")
            yield from _addresses(pattern.url_patterns, address, modules, is_own=is_own or name in modules)
        elif isinstance(pattern, URLPattern) and is_own:
            yield address


def _sample_of(pattern: Any) -> str:
    route = str(pattern.pattern)
    for name, converter in pattern.pattern.converters.items():
        sample = next((SAMPLES[kind] for kind in SAMPLES if isinstance(converter, kind)), "sample")
        route = re.sub(rf"<(\w+:)?{name}>", sample, route)
    return route


def sample_event(event: type[Event]) -> Event:
    """Make up an event from the types of its fields."""
    hints = get_type_hints(event)
    return event(**{field.name: _sample_value(hints[field.name]) for field in fields(event)})


def _sample_value(hint: Any) -> Any:
    if isinstance(hint, UnionType):
        return None if type(None) in get_args(hint) else _sample_value(get_args(hint)[0])
    if get_origin(hint) is tuple:
        return ()
    samples: dict[Any, Any] = {UUID: uuid4(), datetime: clock.now(), date: clock.today(), bool: True, int: 7}
    return samples.get(hint, "sample")
