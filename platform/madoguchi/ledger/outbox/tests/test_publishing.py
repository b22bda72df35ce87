"""An event is in the outbox when its change is committed, and only then."""

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


def test_a_broker_that_is_away_costs_nobody_anything(settings: object) -> None:
    settings.MADOGUCHI = {**settings.MADOGUCHI, "VALKEY_URL": "redis://127.0.0.1:1/0"}  # type: ignore[attr-defined]
    passed = [100.0]
    nudger = nudges.Nudger(monotonic=lambda: passed[0])
    nudger.nudge("c_999997")
    assert nudger.is_quiet()
    passed[0] += nudges.PAUSE_SECONDS
    assert not nudger.is_quiet()
