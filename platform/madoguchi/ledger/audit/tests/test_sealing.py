"""Whoever changes the list of a city, by whatever rights, leaves a seal that does not fit."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings as configured
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection

from madoguchi import clock
from madoguchi.ledger.audit import heads
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import SYSTEM
from madoguchi.ledger.audit.models import AuditAnchor, AuditEntry, AuditSeal
from madoguchi.ledger.audit.sealer import Sealer
from madoguchi.ledger.audit.sealing import anchor_day, seal_entries
from madoguchi.ledger.audit.verifying import Fault, Report, verify
from madoguchi.tenancy import City, directory, in_city

pytestmark = pytest.mark.django_db(transaction=True)


def write(city: City, *, entries: int = 3) -> list[int]:
    """Record a few acts of a city and give their numbers."""
    with in_city(city):
        for number in range(entries):
            audit.record(
                actor=SYSTEM,
                action="rehearsal.changed",
                object_type="rehearsal.card",
                object_ids=[str(number)],
                now=clock.now(),
                details={"step": number, "名": "値"},
            )
        return sorted(AuditEntry.objects.order_by("-id").values_list("id", flat=True)[:entries])


def seal(city: City) -> int:
    with in_city(city):
        return seal_entries(now=clock.now())


def verified(city: City) -> Report:
    with in_city(city):
        return verify()


def faults(city: City) -> set[Fault]:
    return {finding.fault for finding in verified(city).findings}


@pytest.fixture(autouse=True)
def journal(settings: Any, tmp_path: Path) -> None:
    """Keep the heads of these tests to themselves."""
    settings.MADOGUCHI = {**settings.MADOGUCHI, "JOURNAL": str(tmp_path)}


@pytest.fixture
def sealed(home: City) -> list[int]:
    """Three seals, and the numbers of the entries under the second."""
    write(home)
    seal(home)
    ids = write(home)
    seal(home)
    write(home)
    seal(home)
    assert verified(home).is_sound
    return ids


@contextmanager
def as_superuser(schema: str) -> Iterator["psycopg.Cursor[Any]"]:
    """Work past every guard, as whoever holds the database itself."""
    address = str(configured.MADOGUCHI["OWNER_DATABASE_URL"]).rpartition("/")[0]
    with psycopg.connect(f"{address}/{connection.settings_dict['NAME']}") as intruder:
        cursor = intruder.cursor()
        cursor.execute(f"SET search_path = {schema}".encode())
        for table in ("auditentry", "auditseal", "auditanchor"):
            cursor.execute(f"ALTER TABLE audit_{table} DISABLE TRIGGER USER".encode())
        yield cursor


def test_what_was_written_is_sealed_once(home: City) -> None:
    written = write(home)
    assert seal(home) >= len(written)
    assert seal(home) == 0
    report = verified(home)
    assert report.is_sound
    assert report.waiting == 0
    with in_city(home):
        assert [head.digest for head in heads.kept()][-1] == report.digest


def test_an_entry_whose_transaction_is_under_way_is_sealed_when_it_is_there(home: City) -> None:
    with psycopg.connect(**_parameters(), autocommit=False) as slow:
        slow.execute(f"SET search_path = {home.schema_name}".encode())
        slow.execute(
            b"INSERT INTO audit_auditentry (at, actor_kind, actor_id, actor_name, action, object_type,"
            b" object_ids, details, request_id) VALUES (now(), 'staff', '1', '', 'slow', 't', '{}', '{}', '')"
        )
        later = write(home)
        assert seal(home) == len(later), "nobody waits for somebody else's transaction"
        slow.commit()
    assert seal(home) == 1
    assert verified(home).is_sound


def _parameters() -> dict[str, Any]:
    address = str(configured.MADOGUCHI["OWNER_DATABASE_URL"]).rpartition("/")[0]
    return {"conninfo": f"{address}/{connection.settings_dict['NAME']}"}


Tampering = Callable[["psycopg.Cursor[Any]", list[int]], object]
TAMPERINGS: dict[str, tuple[Tampering, Fault]] = {
    "update": (
        lambda cursor, ids: cursor.execute(
            "UPDATE audit_auditentry SET actor_id = 'somebody else' WHERE id = %s", [ids[1]]
        ),
        Fault.CHANGED,
    ),
    "delete": (
        lambda cursor, ids: cursor.execute("DELETE FROM audit_auditentry WHERE id = %s", [ids[1]]),
        Fault.MISSING,
    ),
    "insert": (
        lambda cursor, ids: cursor.execute(
            "INSERT INTO audit_auditentry (at, actor_kind, actor_id, actor_name, action, object_type,"
            " object_ids, details, request_id)"
            " VALUES (now() - interval '1 day', 'staff', '1', '', 'x.y', 't', '{}', '{}', '')"
        ),
        Fault.ADDED,
    ),
    "reorder": (
        lambda cursor, ids: cursor.execute(
            "UPDATE audit_auditentry AS one SET at = other.at, details = other.details,"
            " object_ids = other.object_ids FROM audit_auditentry AS other"
            " WHERE (one.id, other.id) IN ((%s, %s), (%s, %s))",
            [ids[0], ids[2], ids[2], ids[0]],
        ),
        Fault.CHANGED,
    ),
    "truncate the tail": (
        lambda cursor, ids: [
            cursor.execute("DELETE FROM audit_auditentry WHERE id > %s", [ids[-1]]),
            cursor.execute(
                "DELETE FROM audit_auditseal WHERE number = (SELECT max(number) FROM audit_auditseal)"
            ),
        ],
        Fault.TAIL,
    ),
    "rebuild the chain without the key": (
        lambda cursor, ids: cursor.execute(
            "UPDATE audit_auditseal SET signature = repeat('0', 64)"
            " WHERE number = (SELECT max(number) FROM audit_auditseal)"
        ),
        Fault.SIGNATURE,
    ),
    "cut a link out": (
        lambda cursor, ids: cursor.execute("DELETE FROM audit_auditseal WHERE number = 2"),
        Fault.CHAIN,
    ),
}


@pytest.mark.parametrize("way", TAMPERINGS)
def test_tampering_is_found_and_named(home: City, sealed: list[int], way: str) -> None:
    tamper, fault = TAMPERINGS[way]
    with as_superuser(home.schema_name) as cursor:
        tamper(cursor, sealed)
    seal(home)
    assert fault in faults(home)
    said = StringIO()
    with pytest.raises(CommandError, match=home.code):
        call_command("verify_audit", "--city", home.code, stdout=said)
    assert "NOT SOUND" in said.getvalue()


def test_the_seal_with_the_changed_entry_is_named(home: City, sealed: list[int]) -> None:
    with as_superuser(home.schema_name) as cursor:
        cursor.execute("UPDATE audit_auditentry SET action = 'x.y' WHERE id = %s", [sealed[1]])
    (finding,) = verified(home).findings
    assert sealed[1] in finding.entries


@pytest.mark.req("KUR-90")
def test_a_list_only_grows_and_whoever_changes_it_is_found(home: City, sealed: list[int]) -> None:
    for table in ("auditentry", "auditseal", "auditanchor"):
        for statement in ("UPDATE audit_{} SET {} = {}", "DELETE FROM audit_{}", "TRUNCATE audit_{}"):
            column = {"auditentry": "action", "auditseal": "root", "auditanchor": "digest"}[table]
            with (
                pytest.raises(DatabaseError, match="permission denied"),
                in_city(home),
                connection.cursor() as cursor,
            ):
                cursor.execute(statement.format(table, column, column))
    call_command("verify_audit", "--city", home.code, stdout=StringIO())
    with as_superuser(home.schema_name) as cursor:
        cursor.execute("UPDATE audit_auditentry SET actor_name = 'x' WHERE id = %s", [sealed[0]])
    with pytest.raises(CommandError, match=home.code):
        call_command("verify_audit", "--city", home.code, stdout=StringIO())
    with as_superuser(home.schema_name) as cursor:
        cursor.execute("UPDATE audit_auditentry SET actor_name = '' WHERE id = %s", [sealed[0]])
    call_command("verify_audit", "--city", home.code, stdout=StringIO())
    with as_superuser(home.schema_name) as cursor:
        cursor.execute("DELETE FROM audit_auditentry WHERE id = %s", [sealed[0]])
    with pytest.raises(CommandError, match=home.code):
        call_command("verify_audit", "--city", home.code, stdout=StringIO())


def test_a_day_is_anchored_once_and_a_rewritten_chain_does_not_fit_it(home: City, sealed: list[int]) -> None:
    until = clock.now() + timedelta(minutes=1)
    with in_city(home):
        for _time in range(2):
            anchor_day(day=date(2026, 12, 1), until=until)
        anchor = AuditAnchor.objects.get()
        newest = AuditSeal.objects.latest("number")
        assert (anchor.digest, anchor.seal_number) == (newest.digest, newest.number)
        assert anchor.entries == AuditEntry.objects.count()
    with as_superuser(home.schema_name) as cursor:
        cursor.execute(
            "UPDATE audit_auditseal SET digest = repeat('0', 64) WHERE number = %s", [newest.number]
        )
    assert Fault.ANCHOR in faults(home)


def test_the_sealer_goes_round_every_world(home: City, stranger: City) -> None:
    operators = directory().operators()
    for city in (home, stranger, operators):
        write(city)
    assert Sealer().seal_once() >= 9
    for city in (home, stranger, operators):
        assert verified(city).is_sound
        assert verified(city).waiting == 0


def test_the_seals_of_one_city_do_not_fit_another(home: City, stranger: City, sealed: list[int]) -> None:
    write(stranger)
    seal(stranger)
    with in_city(stranger):
        theirs = AuditSeal.objects.latest("number")
    with in_city(home):
        ours = AuditSeal.objects.latest("number")
    assert theirs.signature != ours.signature
    assert verified(stranger).is_sound
