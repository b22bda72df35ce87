"""Whoever takes a list out leaves a mark on it, and many rows at once raise an alert (FUJ-51)."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from madoguchi import clock
from madoguchi.accounts import asking
from madoguchi.accounts.methods import authenticator
from madoguchi.accounts.tests.factories import PASSWORD, StaffFactory
from madoguchi.accounts.tests.test_second_step import SECRET, digits
from madoguchi.accounts.tests.test_sign_in import client_of, post
from madoguchi.documents import typesetting
from madoguchi.ledger.audit import oddities
from madoguchi.ledger.audit.models import AuditAlert, AuditEntry
from madoguchi.tenancy import City
from madoguchi.web.tables.files import csv_text
from madoguchi.web.templatetags.madoguchi import wareki_moment

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(home: City) -> Client:
    """An administrator who came in by staff code, password and app."""
    staff = StaffFactory.create(staff_code="B2001", name="管理 理人", roles=("city_admin",))
    authenticator.add(staff=staff, secret=SECRET, step=0, now=clock.now())
    client = client_of(home)
    post(client, "B2001", PASSWORD)
    assert client.get("/").status_code == 302
    client.post("/sign-in/second/", {"code": digits()})
    return client


@pytest.mark.req("FUJ-51")
def test_a_list_tells_who_took_it_out_and_when_and_many_rows_raise_an_alert(
    admin: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[str] = []

    def press(**sheet: Any) -> bytes:
        taken.append(str(sheet["values"]))
        return b"%PDF-1.7"

    monkeypatch.setattr(typesetting, "press", press)
    page = admin.get("/staff/?as=csv").content.decode("utf-8-sig")
    last = list(csv.reader(io.StringIO(page)))[-1]
    assert len(last) == 1
    for word in ("出力：", "管理 理人", "B2001", wareki_moment(clock.now())[:8]):
        assert word in last[0]
    assert last[0] in admin.get("/staff/?as=print").content.decode()
    answer = admin.get("/terminals/list/pdf/")
    assert answer.status_code == 200
    assert "B2001" in taken[0]
    entry = AuditEntry.objects.filter(action="accounts.list_exported").latest("at")
    monkeypatch.setattr(oddities, "EXPORTED_ROWS_AN_HOUR", 1)
    oddities.look(now=clock.now() + timedelta(minutes=1))
    assert AuditAlert.objects.filter(kind=oddities.MANY_EXPORTS, actor_id=entry.actor_id).exists()


def test_a_mark_is_no_formula_and_a_task_leaves_none() -> None:
    assert asking.mark() == ""
    assert csv_text([["a"]], mark="=1+1").endswith("'=1+1\r\n")
    assert csv_text([["a"]]) == "\ufeffa\r\n"
