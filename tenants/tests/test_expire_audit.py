"""Old entries go by the owner's hand alone, and what stays can still be proven."""

from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings as configured
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from madoguchi import clock
from madoguchi.ledger.audit import expiring, reporting
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import SYSTEM
from madoguchi.ledger.audit.exporting import lines
from madoguchi.ledger.audit.models import AuditEntry, AuditExpiry
from madoguchi.ledger.audit.sealing import seal_entries
from madoguchi.ledger.audit.verifying import Fault, verify
from madoguchi.preferences import services as preferences
from madoguchi.tenancy import City, in_city
from tenants.tests.owner import as_the_application, owner

__all__ = ["owner"]
pytestmark = pytest.mark.django_db(transaction=True)
YEAR = timedelta(days=366)


@pytest.fixture(autouse=True)
def journal(settings: Any, tmp_path: Path) -> None:
    """Keep the heads of these tests to themselves."""
    settings.MADOGUCHI = {**settings.MADOGUCHI, "JOURNAL": str(tmp_path)}


def write_and_seal(city: City, *, years_ago: float, count: int = 3) -> list[int]:
    then = clock.now() - YEAR * years_ago
    with clock.frozen_at(then), in_city(city):
        for number in range(count):
            audit.record(
                actor=SYSTEM,
                action="rehearsal.changed",
                object_type="rehearsal.card",
                object_ids=[str(number)],
                now=then,
            )
        seal_entries(now=then + timedelta(seconds=30))
        return sorted(AuditEntry.objects.order_by("-id").values_list("id", flat=True)[:count])


def told(*arguments: str) -> str:
    out = StringIO()
    call_command("expire_audit", *arguments, stdout=out)
    return out.getvalue()


@pytest.mark.req("KUR-92")
def test_a_city_sets_how_long_its_log_is_kept_and_older_entries_go_without_breaking_the_proof(
    home: City, owner: None
) -> None:
    with as_the_application():
        oldest = write_and_seal(home, years_ago=4)
        older = write_and_seal(home, years_ago=2.5)
        kept = write_and_seal(home, years_ago=1)
        write_and_seal(home, years_ago=0)
        with in_city(home):
            preferences.change(
                plugin="madoguchi.service_level", values={"kept_years": 2}, actor=SYSTEM, now=clock.now()
            )
            history = AuditEntry.objects.get(action="preferences.changed")
            assert history.details == {"LogRules.kept_years": "5 → 2"}
            before = verify()
            assert before.is_sound
    assert "6 entries under 2 seals are due" in told("--city", home.code, "--dry-run")
    assert "6 entries under 2 seals deleted" in told("--city", home.code)
    assert "nothing is due" in told("--city", home.code)
    with as_the_application(), in_city(home):
        left = set(AuditEntry.objects.values_list("id", flat=True))
        assert not left & {*oldest, *older}
        assert set(kept) <= left
        report = verify()
        assert report.is_sound, report.findings
        assert report.seals == before.seals
        row = AuditExpiry.objects.get()
        assert (row.entries, row.kept_years) == (6, 2)
        assert AuditEntry.objects.get(action=expiring.EXPIRED).details["rows"] == 6
    with as_the_application():
        file = b"".join(lines(city=home, since=clock.now() - YEAR * 9, until=clock.now(), now=clock.now()))
    assert b'"count":3' in file.splitlines()[1]


def test_no_citys_role_deletes_an_entry_whatever_it_says(home: City) -> None:
    write_and_seal(home, years_ago=4)
    with in_city(home), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('madoguchi.expires_audit', 'yes', true)")
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            cursor.execute("DELETE FROM audit_auditentry")
    with pytest.raises(CommandError, match="owner"):
        told("--city", home.code)


def test_a_deletion_that_only_says_it_was_an_expiry_is_found(home: City) -> None:
    ids = write_and_seal(home, years_ago=4)
    write_and_seal(home, years_ago=0)
    with psycopg.connect(configured.MADOGUCHI["OWNER_DATABASE_URL"]) as thief:
        thief.execute(f"SET LOCAL search_path = {home.schema_name}")
        thief.execute("SELECT set_config('madoguchi.expires_audit', 'yes', true)")
        thief.execute("DELETE FROM audit_auditentry WHERE id = ANY(%s)", [ids])
        thief.execute(
            "INSERT INTO audit_auditexpiry (made_at, kept_years, before, seal_number, seal_digest, entries,"
            " signature) SELECT now(), 1, now(), number, digest, 3, repeat('0', 64) FROM audit_auditseal"
            " ORDER BY number LIMIT 1"
        )
    with in_city(home):
        assert {finding.fault for finding in verify().findings} == {Fault.EXPIRY, Fault.MISSING}


def test_a_report_that_was_changed_is_found(home: City) -> None:
    write_and_seal(home, years_ago=0.2)
    with in_city(home):
        assert reporting.make_missing(now=clock.now()) >= 1
        assert reporting.make_missing(now=clock.now()) == 0
        assert verify().is_sound
    with psycopg.connect(configured.MADOGUCHI["OWNER_DATABASE_URL"]) as thief:
        thief.execute(f"SET LOCAL search_path = {home.schema_name}")
        thief.execute("ALTER TABLE audit_auditreport DISABLE TRIGGER ALL")
        thief.execute("UPDATE audit_auditreport SET content = content || '{\"acts\": []}'")
        thief.execute("ALTER TABLE audit_auditreport ENABLE TRIGGER ALL")
    with in_city(home):
        assert {finding.fault for finding in verify().findings} == {Fault.REPORT}
