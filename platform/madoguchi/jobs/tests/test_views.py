"""Who may watch a job, and that a refusal is written down."""

from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client

from madoguchi import clock
from madoguchi.accounts.tests.factories import StaffFactory, sign_in
from madoguchi.jobs import services
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import SYSTEM
from madoguchi.tenancy import City

pytestmark = pytest.mark.django_db


def test_a_job_is_shown_to_those_who_may_do_such_work_and_others_leave_an_entry(
    home: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = services.queue(
        kind="exchange.check",
        title="取込",
        permission="exchange.import_files",
        return_url="/imports/",
        actor=SYSTEM,
        now=clock.now(),
    )
    denied: list[dict[str, Any]] = []
    monkeypatch.setattr(audit, "record_denied", lambda **entry: denied.append(entry))
    for role, status in (("counter_clerk", 200), ("auditor", 403)):
        browser = Client(headers={"host": urlsplit(home.staff_url).netloc})
        sign_in(browser, StaffFactory.create(roles=[role]))
        assert browser.get(f"/jobs/{job.id}/").status_code == status
    assert [entry["object_ids"] for entry in denied] == [["exchange.import_files"]]
