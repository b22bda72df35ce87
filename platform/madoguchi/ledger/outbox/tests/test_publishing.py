"""An event is in the outbox when its change is committed, and only then."""

import os
import time
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from madoguchi.ledger.audit.actors import SYSTEM
from madoguchi.ledger.outbox import nudges, services, sql
from madoguchi.ledger.outbox.models import OutboxEvent
from madoguchi.ledger.outbox.queries import backlog
from madoguchi.ledger.outbox.tests.rehearsal import BellRang
from madoguchi.tenancy import City, in_city

NOW = datetime(2026, 12, 1, 1, 30, tzinfo=UTC)


@pytest.mark.django_db
def test_the_personal_part_of_an_event_is_sealed(home: City) -> None:
    with in_city(home):
        key = services.publish(event=BellRang(number=7, note="山田 太郎"), actor=SYSTEM, now=NOW)
        event = OutboxEvent.objects.get(key=key)
        assert event.payload == {"number": 7}
        assert "山田".encode() not in bytes(event.sealed or b"")
        assert (event.actor, event.created_at, event.next_at) == (SYSTEM, NOW, NOW)
        before = backlog()
        services.publish(event=BellRang(number=8), actor=SYSTEM, now=NOW - timedelta(days=1))
        assert backlog().waiting == before.waiting + 1
        assert backlog().oldest == NOW - timedelta(days=1)


@pytest.mark.django_db(transaction=True)
def test_a_rollback_leaves_no_event_and_wakes_nobody(home: City, monkeypatch: pytest.MonkeyPatch) -> None:
    nudged: list[str] = []
    monkeypatch.setattr(nudges, "nudge", nudged.append)

    def publish_and_fail() -> None:
        with in_city(home):
            services.publish(event=BellRang(number=1), actor=SYSTEM, now=NOW)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        publish_and_fail()
    with in_city(home):
        assert not OutboxEvent.objects.filter(kind=BellRang.kind).exists()
    assert nudged == []
    with in_city(home):
        services.publish(event=BellRang(number=2), actor=SYSTEM, now=NOW)
    assert nudged == [home.schema_name]


@pytest.mark.django_db
def test_a_larger_statement_carries_the_same_event(home: City) -> None:
    values = sql.parameters(event=BellRang(number=0), actor=SYSTEM, now=NOW)
    event = sql.insert(payload="%(event_payload)s::jsonb || jsonb_build_object('number', seat.number)")
    statement = f"""WITH seat AS (SELECT 7 AS number WHERE %(is_free)s), event AS ({event} FROM seat)
                    SELECT number FROM seat"""
    with in_city(home), connection.cursor() as cursor:
        cursor.execute(statement, {**values, "is_free": False})
        assert not OutboxEvent.objects.filter(key=values["event_key"]).exists()
        cursor.execute(statement, {**values, "is_free": True})
        assert OutboxEvent.objects.get(key=values["event_key"]).payload == {"number": 7}


def test_bytes_that_are_no_text_are_read_as_a_name_that_nobody_has() -> None:
    client = nudges.broker(read_timeout=nudges.TIMEOUT_SECONDS)
    client.rpush("madoguchi:tests:no_text", b"\xff\xfe")
    assert client.lpop("madoguchi:tests:no_text") == "\ufffd\ufffd"


def test_a_broker_that_is_away_costs_nobody_anything(settings: object) -> None:
    settings.MADOGUCHI = {**settings.MADOGUCHI, "VALKEY_URL": "redis://127.0.0.1:1/0"}  # type: ignore[attr-defined]
    passed = [100.0]
    nudger = nudges.Nudger(monotonic=lambda: passed[0])
    nudger.nudge("c_999997")
    assert nudger.is_quiet()
    passed[0] += nudges.PAUSE_SECONDS
    assert not nudger.is_quiet()


class Collecting(nudges.Nudger):
    """Writes down what it would have told the relay."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[tuple[str, ...]] = []

    def nudge(self, *schema_names: str) -> None:
        """Keep the names."""
        self.told.append(schema_names)


def wait_until_told(nudger: Collecting, count: int) -> None:
    """Wait for the thread, but never for long."""
    until = time.monotonic() + 5
    while sum(map(len, nudger.told)) < count and time.monotonic() < until:
        time.sleep(0.001)


def test_nudges_of_a_moment_are_gathered_and_none_is_lost() -> None:
    nudger = Collecting()
    nudging = nudges.NudgingThread(nudger)
    for _ in range(300):
        nudging.nudge("c_1")
    nudging.nudge("c_2")
    wait_until_told(nudger, 2)
    told = [name for names in nudger.told for name in names]
    assert set(told) == {"c_1", "c_2"}
    assert len(told) < 50
    before = len(told)
    nudging.nudge("c_1")
    wait_until_told(nudger, before + 1)
    assert nudger.told[-1] == ("c_1",)


def test_a_forked_process_nudges_with_a_thread_of_its_own() -> None:
    nudges._NUDGING.nudge("c_1")
    child = os.fork()
    if child == 0:
        code = 1
        try:
            nudger = Collecting()
            nudges._NUDGING._nudger = nudger
            nudges._NUDGING.nudge("c_2")
            wait_until_told(nudger, 1)
            code = 0 if nudger.told == [("c_2",)] else 1
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0
