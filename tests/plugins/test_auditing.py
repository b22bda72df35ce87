"""A city's auditor searches the city's own list, takes it away, and sees our operators in it, too."""

import csv
import io
from collections.abc import Mapping

import pytest
from django.core.management import call_command
from django.test import Client

from madoguchi import clock
from madoguchi.accounts.tests.factories import StaffFactory, sign_in
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import Actor
from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.ledger.audit.sealer import Sealer
from madoguchi.ledger.outbox.relay import Relay
from madoguchi.tenancy import City, directory, in_city
from tenants import switching

pytestmark = pytest.mark.django_db(transaction=True)
STAFF = "staff.midori.localhost"
OPERATOR = Actor(kind="operator", id="300001", name="運用 花子")
CLERKS = (
    Actor(kind="staff", id="S-104", name="佐藤 花子"),
    Actor(kind="staff", id="S-105", name="鈴木 一郎"),
)


def fill(home: City) -> None:
    """Let two clerks read two cards, and an operator switch a plugin."""
    with in_city(home):
        for clerk, card in zip(CLERKS, ("CARD-0001", "CARD-0002"), strict=True):
            audit.record_read(
                actor=clerk,
                object_type="card_management.card",
                object_ids=[card],
                purpose="detail",
                now=clock.now(),
            )
    with in_city(directory().operators()):
        switching.switch_off(city=home, plugin="card_reservation", actor=OPERATOR, now=clock.now())
    Relay().deliver_all()


def rows(browser: Client, **asked: str) -> list[Mapping[str, str]]:
    """Search, and read the answer as the file that an auditor takes away."""
    answer = browser.get("/audit/", {**asked, "as": "csv"})
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/csv")
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def who(found: list[Mapping[str, str]]) -> set[str]:
    # The last line of the file is the mark of who took it away.
    return {name for row in found for name in ("佐藤", "鈴木", "運用") if name in (row["操作した人"] or "")}


@pytest.mark.req("DAI-11")
def test_an_auditor_searches_by_person_user_time_and_function_and_sees_operators(home: City) -> None:
    with in_city(home):
        auditor = sign_in(Client(headers={"host": STAFF}), StaffFactory.create(auditor=True))
        clerk = sign_in(Client(headers={"host": STAFF}), StaffFactory.create(counter_clerk=True))
    fill(home)
    today, day_after = clock.today().isoformat(), "2099-01-01"
    assert who(rows(auditor)) == {"佐藤", "鈴木", "運用"}
    assert who(rows(auditor, person="CARD-0001")) == {"佐藤"}
    assert who(rows(auditor, user="S-105")) == {"鈴木"}
    assert who(rows(auditor, user="運用")) == {"運用"}, "what our operators did is in the city's own list"
    assert who(rows(auditor, action=audit.READ)) == {"佐藤", "鈴木"}
    assert who(rows(auditor, since=today, until=today)) == {"佐藤", "鈴木", "運用"}
    assert who(rows(auditor, since=day_after)) == set()
    with in_city(home):
        assert AuditEntry.objects.filter(action="accounts.list_exported").exists(), "taking it is an entry"
    assert clerk.get("/audit/").status_code == 403

    Sealer().seal_once()
    call_command("verify_audit", "--city", home.code)
    assert auditor.get("/audit/proof/").status_code == 200
    file = auditor.get("/audit/proof/file/", {"since": today, "until": today})
    whole = b"".join(file.streaming_content).decode()  # type: ignore[attr-defined]
    assert "運用 花子" in whole
