"""The contract of every plugin: "off" means off at seven gates, and its author writes none of them.

A package proves it in its own tests, with the platform's pytest plugin (``-p madoguchi.testing.plugin``)::

    from madoguchi.testing.plugin_contract import PluginContract

    class TestContract(PluginContract):
        plugin = "my_plugin"
        brings = frozenset({"pages", "menus"})

``brings`` names the gates behind which the plugin has something: pages, api, menus, questions,
events, tasks, widgets. What it does not name must not be there, and each gate is tried open and shut.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any, ClassVar

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.urls import resolve

from madoguchi import clock
from madoguchi.exchange.formats import active_formats
from madoguchi.hooks.registry import NobodyAnswers, plugins
from madoguchi.hooks.values import Zone
from madoguchi.jobs import tasks as jobs
from madoguchi.ledger.audit.actors import SYSTEM
from madoguchi.ledger.outbox import services as outbox
from madoguchi.ledger.outbox.delivery import deliver_next
from madoguchi.notifications import kinds
from madoguchi.tenancy import current_city
from madoguchi.testing import belongings
from madoguchi.testing.switched import switched_off, switched_on


@pytest.mark.django_db
class PluginContract:
    """Tests that a plugin's own test class inherits; they run in a city where it is on."""

    plugin: ClassVar[str] = ""
    brings: ClassVar[frozenset[str]] = frozenset()

    @pytest.fixture
    def name(self) -> str:
        """The plugin on trial."""
        return self.plugin

    @pytest.fixture
    def expected(self) -> frozenset[str]:
        """The kinds of things it is known to bring."""
        return self.brings

    @pytest.fixture(autouse=True)
    def is_on(self, name: str, db: None) -> Iterator[None]:
        """Give the city the plugin, or shut gates would prove nothing."""
        assert name in plugins.names, f"{name} is not installed"
        with switched_on(name):
            yield

    def test_it_brings_what_it_says_and_nothing_else(self, name: str, expected: frozenset[str]) -> None:
        assert belongings.kinds_of(name) == expected

    # -- 1, 2: pages and the API ---------------------------------------------------------

    @pytest.mark.parametrize("prefix", ["", "/en"])
    def test_its_pages_for_residents_are_not_found(
        self, name: str, prefix: str, resident_client: Client
    ) -> None:
        _try_addresses(name, "resident", resident_client, prefix=prefix)

    def test_its_pages_for_staff_are_not_found_even_by_an_administrator(
        self, name: str, city_admin: Any, signed_in: Callable[[Any], Client]
    ) -> None:
        _try_addresses(name, "staff", signed_in(city_admin))

    def test_its_api_is_not_found(
        self, name: str, city_admin: Any, signed_in: Callable[[Any], Client]
    ) -> None:
        _try_addresses(name, "api", signed_in(city_admin))

    # -- 3: menus and cards --------------------------------------------------------------

    @pytest.mark.parametrize("hook", belongings.MENUS)
    def test_its_menus_and_cards_are_gone(self, name: str, hook: str, rf: Any, city_admin: Any) -> None:
        request = rf.get("/")
        request.user = city_admin
        own = [found.function(request) for found in belongings.implementations(name, hook)]
        lines = {repr(_without_context(line)) for found in own for line in found}
        assert lines <= _contributed(hook, request)
        with switched_off(name):
            assert not lines & _contributed(hook, request)

    def test_no_page_leads_to_it(
        self, name: str, city_admin: Any, signed_in: Callable[[Any], Client], resident_client: Client
    ) -> None:
        doors = {*belongings.addresses(name, "staff"), *belongings.addresses(name, "resident")}
        with switched_off(name):
            for client in (signed_in(city_admin), resident_client):
                page = client.get("/").content.decode()
                assert [address for address in doors if f'href="{address}"' in page] == []

    # -- 4: questions --------------------------------------------------------------------

    def test_its_answers_are_not_given(self, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
        for question in belongings.questions(name):
            (own,) = belongings.implementations(name, question)
            arguments = dict.fromkeys(own.argnames)
            monkeypatch.setattr(own, "function", lambda *_: "an answer")
            monkeypatch.setattr(plugins, "_implementations", lambda _hook, own=own: [own])
            assert plugins.ask(question, **arguments) == "an answer"
            with switched_off(name), pytest.raises(NobodyAnswers):
                plugins.ask(question, **arguments)

    # -- 5: events -----------------------------------------------------------------------

    def test_it_hears_no_events(
        self, name: str, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        settings.MADOGUCHI = {**settings.MADOGUCHI, "JOURNAL": str(tmp_path)}
        heard: list[str] = []
        handlers = belongings.declared(name, "event_handlers")
        recording = tuple(
            (name, replace(handler, function=lambda *, event, **_: heard.append(event.kind)))
            for handler in handlers
        )
        monkeypatch.setattr(plugins, "declared_by", lambda _hook: recording)
        events = [handler.event for handler in handlers]
        with switched_off(name):
            _tell(events)
            assert heard == []
        _tell(events)
        assert sorted(set(heard)) == sorted({event.kind for event in events})

    # -- 6: schedules and tasks ----------------------------------------------------------

    def test_its_schedules_are_skipped(self, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
        app = belongings.celery_app()
        published: list[str] = []
        schedules = [each for each in belongings.declared(name, "schedules") if each.world == "city"]
        monkeypatch.setattr(jobs, "each_city", lambda: iter([current_city()]))
        for schedule in schedules:
            task = app.tasks[schedule.task]
            monkeypatch.setattr(task, "delay_on_commit", lambda task=task: published.append(task.name))
        with switched_off(name):
            _beat(schedules)
            assert published == []
        _beat(schedules)
        assert published == [schedule.task for schedule in schedules]

    def test_its_waiting_tasks_are_dropped(self, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
        ran: list[str] = []
        waiting = belongings.tasks(name)
        for task in waiting:
            monkeypatch.setattr(task, "run", lambda *, task=task: ran.append(task.name))
        with switched_off(name):
            _run(waiting)
            assert ran == []
        _run(waiting)
        assert ran == [task.name for task in waiting]

    # -- 7: widgets of pages, and whatever else staff choose from ------------------------

    def test_its_widgets_are_neither_offered_nor_shown(self, name: str, rf: Any) -> None:
        placing = import_module(django_settings.MADOGUCHI["CONTRACT"]["widgets"])
        own = {widget.name for widget in belongings.declared(name, "cms_widgets")}
        assert own <= {offered for offered, _label in placing.choices()}
        with switched_off(name):
            assert not own & {offered for offered, _label in placing.choices()}
            assert [placing.render(widget, request=rf.get("/")) for widget in own] == [""] * len(own)

    def test_its_file_formats_and_message_texts_are_not_offered(self, name: str) -> None:
        formats, messages = (belongings.declared(name, hook) for hook in ("import_formats", "message_kinds"))
        assert {each.name for each in formats} <= {each.name for each in active_formats()}
        assert {each.name for each in messages} <= {each.name for each in kinds.of_this_city()}
        with switched_off(name):
            assert not {each.name for each in formats} & {each.name for each in active_formats()}
            assert not {each.name for each in messages} & {each.name for each in kinds.of_this_city()}


def _try_addresses(plugin: str, zone: Zone, client: Client, *, prefix: str = "") -> None:
    """Hold every address to 404 while the plugin is off, and find an open one while it is on."""
    found = belongings.addresses(plugin, zone)
    urlconf = django_settings.MADOGUCHI["URLCONFS"][belongings.HOSTS[zone]]
    for address in found:
        # A 404 of an address that never led anywhere would prove nothing.
        resolve(address, urlconf=urlconf)
    with switched_off(plugin):
        for address in found:
            for method in (client.get, client.post, client.put, client.delete):
                assert method(prefix + address).status_code == 404, address
    answers = {address: client.get(prefix + address).status_code for address in found}
    assert not found or {*answers.values()} - {404}, answers


def _contributed(hook: str, request: Any) -> set[str]:
    return {repr(_without_context(line)) for line in plugins.contributed(hook, request=request)}


def _without_context(line: Any) -> Any:
    return replace(line, context={}) if hasattr(line, "context") else line


def _tell(events: list[Any]) -> None:
    for event in events:
        outbox.publish(event=belongings.sample_event(event), actor=SYSTEM, now=clock.now())
    while deliver_next(city=current_city()):
        pass


def _beat(schedules: list[Any]) -> None:
    for schedule in schedules:
        jobs.fan_out(name=schedule.name)


def _run(tasks: list[Any]) -> None:
    city = current_city()
    stamp = {"schema": city.schema_name, "uuid": str(city.uuid)}
    for task in tasks:
        task.apply(headers={jobs.CITY_HEADER: stamp}, throw=True)
