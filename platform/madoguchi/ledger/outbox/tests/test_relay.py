"""Every event reaches its handlers at least once, whatever dies in between."""

import signal
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings as current_settings

from madoguchi import clock
from madoguchi.ledger.audit.actors import SYSTEM
from madoguchi.ledger.outbox import delivery, services
from madoguchi.ledger.outbox import relay as relay_module
from madoguchi.ledger.outbox.models import OutboxEvent
from madoguchi.ledger.outbox.relay import Relay
from madoguchi.ledger.outbox.tests.conftest import RelayProcess
from madoguchi.ledger.outbox.tests.rehearsal import BellRang, Rehearsal
from madoguchi.tenancy import City, directory, in_city

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE_SECONDS = 20


def ring(city: City, *numbers: int, note: str = "") -> None:
    for number in numbers:
        with in_city(city):
            services.publish(event=BellRang(number=number, note=note), actor=SYSTEM, now=clock.now())


def states(city: City) -> list[tuple[int, bool]]:
    """Tell of each bell whether it is done."""
    with in_city(city):
        bells = OutboxEvent.objects.filter(kind=BellRang.kind).order_by("id")
        return [(bell.payload["number"], bell.done_at is not None) for bell in bells]


def wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def all_done(city: City, count: int) -> Callable[[], bool]:
    return lambda: [is_done for _, is_done in states(city)] == [True] * count


def test_every_city_and_the_operators_are_served(home: City, stranger: City, rehearsal: Rehearsal) -> None:
    operators = directory().operators()
    ring(home, 1, 2, note="山田 太郎")
    ring(stranger, 3)
    ring(operators, 4)
    Relay().deliver_all()
    assert rehearsal.numbers() == [1, 2, 3, 4]
    (first,) = [line for line in rehearsal.heard() if line[0] == "1"]
    assert first[2:] == ["system", "山田", "太郎"]
    assert states(home) == [(1, True), (2, True)]
    Relay().deliver_all()
    assert rehearsal.numbers() == [1, 2, 3, 4]


def test_a_plugin_that_is_off_in_the_city_hears_nothing(
    home: City, tmp_path: Path, registry_with: Callable[..., None]
) -> None:
    listener = Rehearsal(heard=tmp_path / "heard.txt")
    registry_with(listener, is_core=False)
    ring(home, 1)
    Relay().deliver_all()
    assert listener.numbers() == []
    assert states(home) == [(1, True)]


def test_a_failure_is_tried_again_later_and_holds_up_nobody(home: City, rehearsal: Rehearsal) -> None:
    rehearsal.failing = {1}
    ring(home, 1, 2)
    Relay().deliver_all()
    assert states(home) == [(1, False), (2, True)]
    with in_city(home):
        bell = OutboxEvent.objects.get(payload__number=1)
    assert bell.attempts == 1
    assert bell.next_at > bell.created_at
    assert bell.last_error == "builtins.ConnectionError"
    Relay().deliver_all()
    assert rehearsal.numbers() == [1, 2]
    rehearsal.failing = set()
    with clock.frozen_at(bell.next_at):
        Relay().deliver_all()
    assert states(home) == [(1, True), (2, True)]
    # The key is the same in every attempt, so that a handler recognises a repeat.
    assert len({key for number, key, *_ in rehearsal.heard() if number == "1"}) == 1


def test_after_the_last_attempt_the_event_is_put_aside_for_people(home: City, rehearsal: Rehearsal) -> None:
    rehearsal.failing = {1}
    ring(home, 1)
    with in_city(home):
        OutboxEvent.objects.update(attempts=delivery.MOST_ATTEMPTS - 1)
    Relay().deliver_all()
    with in_city(home):
        assert OutboxEvent.objects.filter(dead_at__isnull=False, done_at__isnull=True).count() == 1
    with clock.frozen_at(clock.now() + timedelta(days=2)):
        Relay().deliver_all()
    assert rehearsal.numbers() == [1]


def test_what_a_failed_handler_wrote_is_undone(
    home: City, rehearsal: Rehearsal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write_and_fail(**_: Any) -> None:
        services.publish(event=BellRang(number=99), actor=SYSTEM, now=clock.now())
        raise ConnectionError

    monkeypatch.setattr(delivery, "_call_handlers", lambda waiting, now: write_and_fail())
    ring(home, 1)
    Relay().deliver_all()
    assert states(home) == [(1, False)]


def test_a_relay_killed_in_the_middle_of_an_event_repeats_only_that_one(
    home: City, rehearsal: Rehearsal, start_relay: Callable[[], RelayProcess]
) -> None:
    ring(home, 1, 2, 3)
    rehearsal.seconds = 60
    relay = start_relay()
    wait_until(lambda: rehearsal.numbers() == [1])
    assert relay.end(signal.SIGKILL) == -signal.SIGKILL
    rehearsal.seconds = 0
    start_relay()
    wait_until(all_done(home, 3))
    assert rehearsal.numbers() == [1, 1, 2, 3]


def test_a_relay_told_to_stop_finishes_the_event_in_hand(
    home: City, rehearsal: Rehearsal, start_relay: Callable[[], RelayProcess]
) -> None:
    ring(home, 1, 2)
    rehearsal.seconds = 0.5
    relay = start_relay()
    wait_until(lambda: rehearsal.numbers() == [1])
    assert relay.end(signal.SIGTERM) == 0
    assert states(home) == [(1, True), (2, False)]


def test_two_relays_share_the_work_and_repeat_nothing(
    home: City, rehearsal: Rehearsal, start_relay: Callable[[], RelayProcess]
) -> None:
    rehearsal.seconds = 0.01
    ring(home, *range(40))
    start_relay()
    start_relay()
    wait_until(all_done(home, 40))
    assert rehearsal.numbers() == list(range(40))


def test_without_a_broker_the_sweep_delivers(
    home: City, rehearsal: Rehearsal, start_relay: Callable[[], RelayProcess], settings: Any
) -> None:
    settings.MADOGUCHI = {**settings.MADOGUCHI, "VALKEY_URL": "redis://127.0.0.1:1/0"}
    start_relay()
    ring(home, 1)
    wait_until(all_done(home, 1))
    assert rehearsal.numbers() == [1]


def test_a_relay_survives_the_loss_of_its_database_connection(
    home: City, rehearsal: Rehearsal, start_relay: Callable[[], RelayProcess]
) -> None:
    start_relay()
    ring(home, 1)
    wait_until(all_done(home, 1))
    with psycopg.connect(current_settings.MADOGUCHI["DATABASE_URL"], autocommit=True) as another:
        another.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()"
        )
    from django.db import connection

    connection.close()
    ring(home, 2)
    wait_until(all_done(home, 2))


def test_a_relay_waits_while_the_list_of_cities_cannot_be_read(
    home: City, rehearsal: Rehearsal, monkeypatch: pytest.MonkeyPatch
) -> None:
    relay = Relay()
    failures = iter([psycopg.OperationalError("the database system is starting up"), OSError()])

    def list_cities() -> list[City]:
        for failure in failures:
            raise failure
        relay.stop()
        return [home]

    monkeypatch.setattr(relay_module, "PAUSE_SECONDS", 0.01)
    monkeypatch.setattr(relay_module, "each_city", list_cities)
    relay.run()
    assert next(failures, None) is None


@pytest.mark.parametrize(("attempts", "seconds"), [(0, 2), (1, 4), (5, 64), (11, 3600), (400, 3600)])
def test_pauses_grow_and_have_an_end(attempts: int, seconds: int) -> None:
    assert delivery.delay_after(attempts=attempts, spread=0.5) == timedelta(seconds=seconds)
    assert delivery.delay_after(attempts=attempts, spread=0) == timedelta(seconds=seconds * 0.75)
    assert delivery.delay_after(attempts=attempts, spread=1) == timedelta(seconds=seconds * 1.25)
