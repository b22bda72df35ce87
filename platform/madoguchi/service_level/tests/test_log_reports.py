"""The report of a month: complete, frozen, and the same on the page, on paper and in the file."""

import csv
import io
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from madoguchi import clock
from madoguchi.accounts.models import Staff
from madoguchi.accounts.tests.factories import StaffFactory, sign_in
from madoguchi.ledger.audit import reporting
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import Actor
from madoguchi.ledger.audit.models import AuditEntry, AuditReport
from madoguchi.service_level.tasks import make_log_reports
from madoguchi.tenancy import City

pytestmark = pytest.mark.django_db
MONTH = date(2026, 9, 1)
WORKDAY = datetime(2026, 9, 9, 10, tzinfo=clock.JAPAN)
NIGHT = datetime(2026, 9, 9, 23, tzinfo=clock.JAPAN)
SUNDAY = datetime(2026, 9, 13, 11, tzinfo=clock.JAPAN)
AFTER = datetime(2026, 10, 1, 3, 20, tzinfo=clock.JAPAN)
CLERK = Actor(kind="staff", id="7", name="窓口 花子")
OPERATOR = Actor(kind="operator", id="9", name="運用 一郎")


def write(action: str, *, actor: Actor = CLERK, now: datetime = WORKDAY, **details: Any) -> None:
    audit.record(
        actor=actor, action=action, object_type="card", object_ids=["SECRET-REF-1"], now=now, details=details
    )


def a_month() -> None:
    for _time in range(3):
        audit.record_read(
            actor=CLERK, object_type="card", object_ids=["SECRET-REF-1"], purpose="counter", now=WORKDAY
        )
    write("accounts.signed_in")
    write("accounts.signed_in", now=NIGHT)
    write("accounts.list_exported", now=SUNDAY, rows=1200)
    write("accounts.visit_viewed", actor=OPERATOR, path="/bookings/")
    write("access.denied", attempted="accounts.sign_in_refused")
    # Neither the month before nor the one after.
    write("accounts.signed_in", now=datetime(2026, 8, 31, 23, 59, tzinfo=clock.JAPAN))
    write("accounts.signed_in", now=datetime(2026, 10, 1, 0, 0, tzinfo=clock.JAPAN))


def browser(city: City, **facts: Any) -> Client:
    person: Staff = StaffFactory.create(**facts)
    return sign_in(Client(headers={"host": urlsplit(city.staff_url).netloc}), person)


@pytest.mark.req("KUR-88")
def test_a_month_is_reported_with_top_acts_odd_hours_and_failures_and_can_be_searched(home: City) -> None:
    a_month()
    with clock.frozen_at(AFTER):
        make_log_reports.run()
        make_log_reports.run()
        reader = browser(home, auditor=True)
        listed = reader.get("/log-reports/").content.decode()
        page = reader.get("/log-reports/2026-09/").content.decode()
        wanted = {"person": "SECRET-REF-1", "user": "窓口", "since": "2026-09-09", "until": "2026-09-09"}
        found = reader.get("/audit/", {**wanted, "action": "personal_data.read", "kind": "staff"})
        none = reader.get("/audit/", {**wanted, "kind": "operator"})
    report = AuditReport.objects.get(month=MONTH)
    assert "2026年9月" in listed
    assert report.content["kinds"] == [["staff", 7], ["operator", 1]]
    assert report.content["acts"][:2] == [["personal_data.read", False, 3], ["accounts.signed_in", False, 2]]
    assert report.content["odd_hours"][0][:2] == ["窓口 花子", 2]
    assert report.content["exports"] == [["窓口 花子", "accounts.list_exported", 1, 1200]]
    for words in (
        "個人情報を閲覧した",
        "時間外の操作",
        "サインインを断った",
        "運用 一郎",
        "運用者が画面を見た",
    ):
        assert words in page
    assert "SECRET-REF-1" not in page
    assert found.content.decode().split("<tbody>")[1].count("個人情報を閲覧した") == 3
    assert "条件に合うものはありません" in none.content.decode()


def test_a_report_is_frozen_and_signed(home: City) -> None:
    a_month()
    report = reporting.make(month=MONTH, now=AFTER)
    report.refresh_from_db()
    assert reporting.is_genuine(report)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE audit_auditreport SET content = '{}'")
    report.content["acts"] = []
    assert not reporting.is_genuine(report)


def test_the_page_the_paper_and_the_file_say_the_same(home: City) -> None:
    a_month()
    reporting.make(month=MONTH, now=AFTER)
    reader = browser(home, city_admin=True)
    page = reader.get("/log-reports/2026-09/").content.decode()
    file = reader.get("/log-reports/2026-09/csv/").content.decode("utf-8-sig")
    paper = reader.get("/log-reports/2026-09/pdf/")
    lines = list(csv.reader(io.StringIO(file)))
    assert ["書き出し", "窓口 花子", "一覧をCSVに書き出した（1回）", "1,200"] in lines
    assert "1,200" in page
    assert paper.content.startswith(b"%PDF")
    assert "/log-reports/2026-09/pdf/" in reader.get("/log-reports/2026-09/print/").content.decode()
    assert AuditEntry.objects.filter(action="service_level.report_exported").exists()


def test_the_month_that_runs_is_shown_as_unfinished(home: City) -> None:
    reader = browser(home, auditor=True)
    page = reader.get(f"/log-reports/{clock.today():%Y-%m}/").content.decode()
    assert "月の途中の集計です" in page
    assert not AuditReport.objects.exists()


@pytest.mark.parametrize("month", ["2026-13", "2026-9", "1999-01", "2031-01"])
def test_a_month_without_a_report_is_no_page(home: City, month: str) -> None:
    assert browser(home, auditor=True).get(f"/log-reports/{month}/").status_code == 404


def test_a_clerk_sees_no_report(home: City) -> None:
    assert browser(home, counter_clerk=True).get("/log-reports/").status_code == 403


def test_months_that_the_worker_slept_through_are_made_up_for(home: City) -> None:
    write("accounts.signed_in", now=datetime(2026, 6, 10, 10, tzinfo=clock.JAPAN))
    write("accounts.signed_in", now=datetime(2026, 8, 10, 10, tzinfo=clock.JAPAN))
    assert reporting.make_missing(now=AFTER) == 2
    assert [f"{each.month:%m}" for each in reporting.reports()] == ["08", "06"]
