"""Off means off: what a plugin brings is out of reach in a city that has not switched it on.

The author of a plugin writes none of these gates; each is tried for every installed plugin.
"""

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, URLResolver

from cms import widgets
from madoguchi.hooks.contracts.pickups import MonthDay
from madoguchi.hooks.registry import NobodyAnswers, plugins
from madoguchi.tenancy import City

PLUGINS = tuple(name.rpartition(".")[2] for name in settings.MADOGUCHI["PLUGINS"])
SAMPLES = {"uuid": str(uuid4()), "int": "7", "slug": "sample", "str": "sample", "path": "sample"}

pytestmark = [pytest.mark.django_db, pytest.mark.parametrize("plugin", PLUGINS)]


@pytest.fixture
def off(plugin: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Switch the plugin off in this city, all others stay on."""
    is_active = plugins.is_active
    monkeypatch.setattr(plugins, "is_active", lambda name: name != plugin and is_active(name))
    return plugin


def _addresses(plugin: str, zone: str) -> Iterator[str]:
    for owner, urls in plugins.declared_by("urls"):
        if owner == plugin and urls.zone == zone:
            yield from _below(import_module(urls.module).urlpatterns, "/" + urls.prefix)


def _below(patterns: list[Any], prefix: str) -> Iterator[str]:
    for pattern in patterns:
        address = prefix + _sample_of(pattern)
        if isinstance(pattern, URLResolver):
            yield from _below(pattern.url_patterns, address)
        elif isinstance(pattern, URLPattern):
            yield address


def _sample_of(pattern: Any) -> str:
    route = str(pattern.pattern)
    for converter, sample in SAMPLES.items():
        for name in pattern.pattern.converters:
            route = route.replace(f"<{converter}:{name}>", sample).replace(f"<{name}>", sample)
    return route


def test_pages_for_residents_are_not_found(off: str, resident_client: Client) -> None:
    for address in _addresses(off, "resident"):
        for prefix in ("", "/en"):
            assert resident_client.get(prefix + address).status_code == 404, address
            assert resident_client.post(prefix + address).status_code == 404, address


def test_pages_for_staff_are_not_found_even_by_an_administrator(
    off: str, city_admin: Any, signed_in: Callable[[Any], Client]
) -> None:
    client = signed_in(city_admin)
    for address in _addresses(off, "staff"):
        assert client.get(address).status_code == 404, address
        assert client.post(address).status_code == 404, address


def test_pages_are_found_while_it_is_on(
    plugin: str, city_admin: Any, signed_in: Callable[[Any], Client], resident_client: Client
) -> None:
    client = signed_in(city_admin)
    first = [*_addresses(plugin, "staff")][:1]
    assert first, "a plugin without a page for staff needs another way to show that it is on"
    assert [client.get(address).status_code for address in first] == [200]


@pytest.mark.parametrize("hook", ["resident_menu", "staff_navigation", "dashboard_cards"])
def test_menus_and_cards_are_gone(off: str, hook: str, rf: Any, city_admin: Any) -> None:
    request = rf.get("/")
    request.user = city_admin
    contribute = getattr(plugins._manager.get_plugin(off), hook, None)
    own = {repr(value) for value in (contribute(request) if contribute else ())}
    assert not own & {repr(value) for value in plugins.contributed(hook, request=request)}


@pytest.mark.parametrize(
    ("question", "arguments"),
    [
        ("find_pickup", {"reference": "TST000001", "birthday": MonthDay(2, 29)}),
        ("describe_pickups", {"pickups": (uuid4(),)}),
    ],
)
def test_its_answers_are_not_given(off: str, question: str, arguments: dict[str, Any]) -> None:
    if hasattr(plugins._manager.get_plugin(off), question):
        with pytest.raises(NobodyAnswers):
            plugins.ask(question, **arguments)


def test_its_widgets_are_neither_offered_nor_shown(off: str, rf: Any) -> None:
    own = [widget for owner, widget in plugins.declared_by("cms_widgets") if owner == off]
    assert not {widget.name for widget in own} & {name for name, _label in widgets.choices()}
    assert [widgets.render(widget.name, request=rf.get("/")) for widget in own] == [""] * len(own)


def test_its_schedules_are_skipped(off: str, home: City, monkeypatch: pytest.MonkeyPatch) -> None:
    from deploy.celery import app
    from madoguchi.jobs import tasks

    published: list[str] = []
    own = [schedule for owner, schedule in plugins.declared_by("schedules") if owner == off]
    app.loader.import_default_modules()
    for schedule in own:
        task = app.tasks[schedule.task]
        monkeypatch.setattr(task, "delay_on_commit", lambda name=task.name: published.append(name))
        monkeypatch.setattr(tasks, "each_city", lambda: iter([home]))
        tasks.fan_out(name=schedule.name)
    assert published == []
