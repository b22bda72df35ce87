"""What staff do stands in a log under their own code: who, when, which record, why, from where (NAN-44)."""

from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from madoguchi import clock
from madoguchi.accounts.tests.factories import PASSWORD, StaffFactory
from madoguchi.ledger.audit import oddities, reporting
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.ledger.audit.sealing import seal_entries
from madoguchi.ledger.audit.verifying import Fault, verify
from madoguchi.tenancy import City

pytestmark = pytest.mark.django_db


@pytest.mark.req("NAN-44")
def test_who_signed_in_and_what_they_saw_is_logged_reported_watched_and_cannot_be_changed(
    home: City, settings: Any, tmp_path: Any
) -> None:
    settings.MADOGUCHI = {**settings.MADOGUCHI, "JOURNAL": str(tmp_path)}
    clerk = StaffFactory.create(city_admin=True, staff_code="A1001")
    browser = Client(headers={"host": urlsplit(home.staff_url).netloc}, REMOTE_ADDR="192.0.2.7")
    assert browser.post("/sign-in/", {"staff_code": "A1001", "password": "wrong-word"}).status_code == 422
    assert browser.post("/sign-in/", {"staff_code": "A1001", "password": PASSWORD}).status_code == 302
    assert browser.get("/cards/").status_code == 200
    entries = AuditEntry.objects.filter(actor_id=str(clerk.id)).order_by("id")
    refused, entered, seen = entries
    assert refused.details["attempted"] == "accounts.sign_in_refused"
    assert (entered.action, entered.actor_name, entered.address) == (
        "accounts.signed_in",
        clerk.name,
        "192.0.2.7",
    )
    assert (seen.action, seen.address, bool(seen.details["purpose"])) == (audit.READ, "192.0.2.7", True)
    audit.record_read(
        actor=clerk.actor,
        object_type="card",
        object_ids=[str(number) for number in range(200)],
        purpose="list",
        now=clock.now(),
    )
    assert oddities.look(now=clock.now()) >= 1
    content = reporting.gather(month=clock.today(), now=clock.now())
    assert clerk.name in {name for name, *_rest in content["people"]}
    seal_entries(now=clock.now())
    for change in ("UPDATE audit_auditentry SET actor_name = 'x'", "DELETE FROM audit_auditentry"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change)
    assert Fault.CHANGED not in {finding.fault for finding in verify().findings}
