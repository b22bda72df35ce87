"""Our operators switch plugins within the contract; the city itself hears of it, whatever dies in between."""

import os
import signal
import time
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from madoguchi import clock
from madoguchi.hooks.registry import plugins
from madoguchi.ledger.audit.actors import SYSTEM, Actor
from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.ledger.outbox import delivery
from madoguchi.ledger.outbox.models import OutboxEvent
from madoguchi.ledger.outbox.relay import Relay
from madoguchi.tenancy import City, directory, in_city
from plugins.card_reservation.models import Slot
from tenants import freshness, switching
from tenants.directory import PublicDirectory
from tenants.models import PluginSwitch

pytestmark = pytest.mark.django_db(transaction=True)
OPERATOR = Actor(kind="operator", id="300001", name="運用 花子")
PLUGIN = "card_reservation"
PATIENCE_SECONDS = 20


def switch(city: City, *, is_on: bool, actor: Actor = OPERATOR) -> bool:
    change = switching.switch_on if is_on else switching.switch_off
    with in_city(directory().operators()):
        return change(city=city, plugin=PLUGIN, actor=actor, now=clock.now())


def acts(world: City) -> list[tuple[str, str, str]]:
    """Tell what the audit list of a world says about switches."""
    with in_city(world):
        found = AuditEntry.objects.filter(action__startswith="tenants.plugin_").order_by("id")
        return [(entry.action, entry.details["plugin"], entry.actor_name) for entry in found]


def waiting() -> list[OutboxEvent]:
    with in_city(directory().operators()):
        return list(OutboxEvent.objects.filter(done_at__isnull=True))


def test_a_switch_is_written_down_in_both_worlds_and_shown_at_once(
    home: City, stranger: City, resident_client: Client
) -> None:
    assert resident_client.get("/booking/").status_code == 200
    assert switch(home, is_on=False)
    assert resident_client.get("/booking/").status_code == 404
    assert PLUGIN in (directory().by_code(stranger.code) or home).active_plugins
    assert switch(home, is_on=True)
    assert resident_client.get("/booking/").status_code == 200
    Relay().deliver_all()
    expected = [
        (switching.SWITCHED_OFF, PLUGIN, OPERATOR.name),
        (switching.SWITCHED_ON, PLUGIN, OPERATOR.name),
    ]
    assert acts(directory().operators()) == expected
    assert acts(home) == expected
    assert acts(stranger) == []


def test_a_switch_that_stands_already_changes_nothing(home: City) -> None:
    assert not switch(home, is_on=True)
    assert acts(directory().operators()) == []
    assert waiting() == []


def test_nothing_outside_the_contract_is_switched_on(home: City) -> None:
    switch(home, is_on=False)
    with in_city(directory().operators()):
        switching.agree_on(city=home, plugins=["card_management"], actor=OPERATOR, now=clock.now())
    with pytest.raises(switching.NotInContract):
        switch(home, is_on=True)
    with in_city(directory().operators()):
        line = next(line for line in switching.lines(city=home) if line.plugin == PLUGIN)
        assert (line.is_allowed, line.is_on) == (False, False)
        switching.agree_on(city=home, plugins=[PLUGIN, "card_management"], actor=OPERATOR, now=clock.now())
    assert switch(home, is_on=True)


def test_a_plugin_that_nobody_installed_is_refused(home: City) -> None:
    with in_city(directory().operators()):
        for change in (switching.switch_on, switching.switch_off):
            with pytest.raises(switching.UnknownPlugin):
                change(city=home, plugin="ghost", actor=OPERATOR, now=clock.now())
        with pytest.raises(switching.UnknownPlugin):
            switching.agree_on(city=home, plugins=["ghost"], actor=OPERATOR, now=clock.now())
        assert not PluginSwitch.objects.filter(plugin="ghost").exists()


def test_a_refused_transaction_leaves_no_switch_and_tells_nobody(home: City) -> None:
    with in_city(directory().operators(), rollback=True):
        switching.switch_off(city=home, plugin=PLUGIN, actor=OPERATOR, now=clock.now())
    assert waiting() == []
    assert PLUGIN in (directory().by_code(home.code) or home).active_plugins


def test_switching_on_moves_the_horizon_of_slots_on(home: City) -> None:
    switch(home, is_on=False)
    with in_city(home):
        Slot.objects.all().delete()
    switch(home, is_on=True)
    Relay().deliver_all()
    with in_city(home):
        assert Slot.objects.filter(starts_at__gt=clock.now()).exists()


def test_a_failing_plugin_is_told_again_and_the_city_keeps_nothing_half(
    home: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []

    def fail_once(hook: str, *, only: str = "", **_: object) -> None:
        told.append(f"{hook} {only}")
        if len(told) == 1:
            raise RuntimeError("not today")

    monkeypatch.setattr(plugins, "announce", fail_once)
    switch(home, is_on=False)
    switch(home, is_on=True)
    Relay().deliver_all()
    assert [action for action, *_ in acts(home)] == [switching.SWITCHED_OFF]
    (event,) = waiting()
    assert event.attempts == 1
    with clock.frozen_at(clock.now() + timedelta(hours=1)):
        Relay().deliver_all()
    assert [action for action, *_ in acts(home)] == [switching.SWITCHED_OFF, switching.SWITCHED_ON]
    assert told == [f"switched_on {PLUGIN}"] * 2
    assert waiting() == []


def test_an_act_that_comes_a_second_time_is_heard_once(home: City) -> None:
    switch(home, is_on=False)
    Relay().deliver_all()
    with in_city(directory().operators()):
        OutboxEvent.objects.update(done_at=None, next_at=clock.now())
    Relay().deliver_all()
    assert len(acts(home)) == 1
    assert waiting() == []


def deliver_and_be_killed_at(step: str) -> None:
    """Deliver in a process of its own, which is killed when it reaches a step of the way."""
    child = os.fork()
    if child == 0:
        setattr(delivery, step, lambda *_: os.kill(os.getpid(), signal.SIGKILL))
        del connections["default"]
        Relay().deliver_all()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == -signal.SIGKILL


@pytest.mark.parametrize("step", ["_told", "_call_handlers", "_conclude"])
def test_a_relay_killed_before_in_and_after_the_city_loses_nothing_and_tells_nothing_twice(
    home: City, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "TELLING", timedelta(seconds=0.3))
    switch(home, is_on=False)
    deliver_and_be_killed_at(step)
    assert len(waiting()) == 1
    deadline = time.monotonic() + PATIENCE_SECONDS
    while waiting():
        assert time.monotonic() < deadline, "waited in vain"
        Relay().deliver_all()
        time.sleep(0.1)
    assert acts(home) == [(switching.SWITCHED_OFF, PLUGIN, OPERATOR.name)]


def test_other_processes_see_a_switch_within_about_a_second(home: City) -> None:
    elsewhere = PublicDirectory()
    assert PLUGIN in (elsewhere.by_code(home.code) or home).active_plugins
    switch(home, is_on=False, actor=SYSTEM)
    deadline = time.monotonic() + 2 * freshness.LOOK_SECONDS
    while PLUGIN in (elsewhere.by_code(home.code) or home).active_plugins:
        assert time.monotonic() < deadline, "the switch was not seen"
        time.sleep(0.05)


def test_a_switch_made_while_the_list_is_being_read_is_seen_by_the_next_question(
    home: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = PublicDirectory()
    elsewhere.by_code(home.code)
    changes = iter([True, True, False])
    monkeypatch.setattr(elsewhere._freshness, "has_changed", lambda: next(changes, False))
    read = elsewhere._read
    old: list[bool] = []

    def read_while_somebody_switches() -> Any:
        found = read()
        if not old:
            # Whoever asks meanwhile learns of the change, and goes on with what is known.
            old.append(PLUGIN in (elsewhere.by_code(home.code) or home).active_plugins)
            switch(home, is_on=False, actor=SYSTEM)
        return found

    monkeypatch.setattr(elsewhere, "_read", read_while_somebody_switches)
    elsewhere.by_code(home.code)
    assert old == [True]
    assert PLUGIN not in (elsewhere.by_code(home.code) or home).active_plugins


def test_without_a_broker_the_list_is_read_when_it_grows_old(home: City, settings: Any) -> None:
    settings.MADOGUCHI = {**settings.MADOGUCHI, "VALKEY_URL": "redis://127.0.0.1:1/0"}
    seen = freshness.Freshness()
    seen.tell()
    assert not seen.has_changed()
    assert PublicDirectory().by_code(home.code) is not None


def test_a_process_looks_once_a_second_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    looks: list[float] = []
    seen = freshness.Freshness(monotonic=lambda: now[0])

    def look() -> str:
        looks.append(now[0])
        return "same"

    monkeypatch.setattr(seen, "_look", look)
    for moment in (100.0, 100.1, 100.9, 101.0, 101.5, 102.2):
        now[0] = moment
        seen.has_changed()
    assert looks == [100.0, 101.0, 102.2]
