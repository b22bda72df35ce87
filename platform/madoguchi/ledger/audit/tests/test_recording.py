"""Entries are written with the change, survive a refusal and are never changed again."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import Error, connection, transaction

from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit import sql
from madoguchi.ledger.audit.actors import SYSTEM, Actor
from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.ledger.audit.origin import originating
from madoguchi.tenancy import City, in_city

NOW = datetime(2026, 12, 1, 1, 30, tzinfo=UTC)
CLERK = Actor(kind="staff", id="S-104", name="佐藤 花子")


def record(**changes: Any) -> None:
    audit.record(
        **{
            "actor": CLERK,
            "action": "rehearsal.changed",
            "object_type": "rehearsal.card",
            "object_ids": ["4711"],
            "now": NOW,
            **changes,
        }
    )


@pytest.mark.django_db
def test_an_entry_says_who_did_what_when_and_from_where(home: City) -> None:
    with in_city(home):
        with originating(request_id="r-1", address="2001:db8::7"):
            record(details={"fields": ["phone"]})
        entry = AuditEntry.objects.get(action="rehearsal.changed")
    assert (entry.actor_kind, entry.actor_id, entry.actor_name) == ("staff", "S-104", "佐藤 花子")
    assert (entry.object_type, entry.object_ids, entry.details) == (
        "rehearsal.card",
        ["4711"],
        {"fields": ["phone"]},
    )
    assert (entry.at, entry.request_id, entry.address) == (NOW, "r-1", "2001:db8::7")
    assert int(entry.xid) > 0


@pytest.mark.django_db
def test_a_list_of_people_that_was_shown_is_one_entry(home: City) -> None:
    with in_city(home):
        audit.record_read(
            actor=CLERK,
            object_type="rehearsal.card",
            object_ids=["1", "2", "3"],
            purpose="day_board",
            now=NOW,
        )
        entry = AuditEntry.objects.get(action=audit.READ)
    assert (entry.object_ids, entry.details) == (["1", "2", "3"], {"purpose": "day_board"})


@pytest.mark.django_db
def test_even_a_very_long_name_never_makes_an_entry_fail(home: City) -> None:
    with in_city(home):
        record(actor=Actor(kind="staff", id="S" * 500, name="寿限無" * 200))
        assert AuditEntry.objects.filter(actor_id="S" * 500).exists()


@pytest.mark.django_db(transaction=True)
def test_the_entry_of_a_change_that_failed_goes_with_it(home: City) -> None:
    def record_and_fail() -> None:
        with in_city(home):
            record(action="rehearsal.failed")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        record_and_fail()
    with in_city(home):
        assert not AuditEntry.objects.filter(action="rehearsal.failed").exists()


@pytest.mark.django_db(transaction=True)
def test_a_refused_attempt_stays_when_its_request_rolls_back(home: City, stranger: City) -> None:
    def refuse_and_fail() -> None:
        with in_city(home), originating(request_id="r-2", address="192.0.2.1"):
            audit.record_denied(
                actor=CLERK, action="rehearsal.open", object_type="permission", object_ids=["x.y"], now=NOW
            )
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        refuse_and_fail()
    with in_city(home):
        entry = AuditEntry.objects.get(action=audit.DENIED, object_ids=["x.y"])
    assert (entry.details, entry.request_id) == ({"attempted": "rehearsal.open"}, "r-2")
    with in_city(stranger):
        assert not AuditEntry.objects.filter(object_ids=["x.y"]).exists()


CHANGES = [
    "UPDATE audit_auditentry SET actor_name = 'nobody'",
    "DELETE FROM audit_auditentry",
    "TRUNCATE audit_auditentry",
]


@pytest.mark.django_db
@pytest.mark.parametrize("change", CHANGES)
def test_the_city_may_not_change_its_entries(home: City, change: str) -> None:
    with in_city(home):
        record()
        with pytest.raises(Error, match="permission denied"), transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(change)
        assert AuditEntry.objects.filter(actor_name=CLERK.name).exists()


@pytest.mark.django_db
@pytest.mark.parametrize("change", CHANGES)
def test_even_the_owner_may_not_change_them_by_mistake(home: City, owner_cursor: Any, change: str) -> None:
    owner_cursor.execute(f"SET LOCAL search_path = {home.schema_name}")
    with pytest.raises(Exception, match="append-only"):
        owner_cursor.execute(change)


@pytest.mark.django_db
def test_a_larger_statement_carries_the_same_entry(home: City) -> None:
    values = sql.parameters(
        actor=SYSTEM, action="rehearsal.carried", object_type="rehearsal", object_ids=["9"], now=NOW
    )
    entry = sql.insert(details="jsonb_build_object('number', seat.number)") + "FROM seat"
    statement = f"""WITH seat AS (SELECT 7 AS number WHERE %(is_free)s), entry AS ({entry})
                    SELECT number FROM seat"""
    with in_city(home):
        with connection.cursor() as cursor:
            cursor.execute(statement, {**values, "is_free": False})
            assert cursor.fetchall() == []
            cursor.execute(statement, {**values, "is_free": True})
            assert cursor.fetchall() == [(7,)]
        assert AuditEntry.objects.get(action="rehearsal.carried").details == {"number": 7}
