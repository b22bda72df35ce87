"""Ten people at once, pasted from a sheet: every line right, or nobody."""

import re
from typing import Any

import pytest
from django.test import Client

from madoguchi.accounts import several
from madoguchi.accounts.models import Staff
from madoguchi.accounts.tests.factories import StaffFactory, sign_in
from madoguchi.ledger.audit.models import AuditEntry

pytestmark = pytest.mark.django_db
STAFF = "staff.midori.localhost"
TEN = "職員コード\t氏名\t役割\t課・係\n" + "\n".join(
    f"e{number:03}\t東 {number}\t窓口職員\t東市民センター" for number in range(10)
)


@pytest.fixture
def admin(db: None) -> Client:
    """An administrator's browser."""
    return sign_in(Client(headers={"host": STAFF}), StaffFactory.create(city_admin=True))


def test_ten_people_are_added_and_each_gets_a_code_that_works(admin: Client) -> None:
    page = admin.post("/staff/several/", {"rows": TEN})
    assert page.status_code == 200
    assert page["Cache-Control"].startswith("max-age=0")
    codes = re.findall(r"[2-9A-Z]{5}(?:-[2-9A-Z]{5}){3}", page.content.decode())
    assert len(codes) == 10
    added = Staff.objects.filter(staff_code__startswith="E0")
    assert added.count() == 10
    assert set(added.values_list("roles__key", "section")) == {("counter_clerk", "東市民センター")}
    assert AuditEntry.objects.filter(action="accounts.staff_added").count() == 10
    sent = {"reset_code": codes[0], "new_password": "a-long-password-9", "repeated": "a-long-password-9"}
    browser = Client(headers={"host": STAFF})
    browser.post("/sign-in/reset/", sent)
    signed = browser.post("/sign-in/", {"staff_code": "e000", "password": "a-long-password-9"})
    assert signed.status_code == 302


def test_a_paste_of_thousands_asks_the_database_for_the_first_too_many_only(
    admin: Client, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(2 * several.MOST):
        pasted = several.read("a\n" * 20_000)
    assert len(pasted.wrong) <= several.MOST + 1
    many = several.read("".join(f"X{number:04},東,窓口職員\n" for number in range(several.MOST + 5)))
    assert "200人まで" in many.wrong[-1].reason


def test_lines_may_end_as_on_any_computer(db: None) -> None:
    read = several.read("E101,東,窓口職員\rE102,西,窓口職員\r\nE103,南,窓口職員")
    assert [entry["staff_code"] for entry in read.entries] == ["E101", "E102", "E103"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("E100", "職員コードと氏名が必要です"),
        ("E100,東,市長", "役割「市長」はありません"),
        ("e 001,東 二郎,窓口職員", "「E001」が2回あります"),
        ("taken,東,窓口職員", "「TAKEN」は登録済みです"),
        ("E100,東,窓口職員,a,b,c", "列が多すぎます"),
        ("E100," + "東" * 61, "長すぎる項目"),
        ("E100,東\u200b", "使えない文字"),
    ],
)
def test_one_wrong_line_is_named_and_nobody_is_added(admin: Client, line: str, said: str) -> None:
    StaffFactory.create(staff_code="TAKEN")
    before = Staff.objects.count()
    answer = admin.post("/staff/several/", {"rows": f"E001,東 一郎,窓口職員\n{line}"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f"2行目：{said}" in page or f"2行目：職員コード{said}" in page
    assert "E001,東 一郎" in page
    assert Staff.objects.count() == before


def test_two_roles_and_an_empty_paste(admin: Client) -> None:
    admin.post("/staff/several/", {"rows": '"E200","東","窓口職員・監査担当"\n\n'})
    assert set(Staff.objects.get(staff_code="E200").roles.values_list("key", flat=True)) == {
        "counter_clerk",
        "auditor",
    }
    assert admin.post("/staff/several/", {"rows": "職員コード,氏名"}).status_code == 422
    assert admin.post("/staff/several/", {"rows": ""}).status_code == 422


def test_more_than_the_most_are_refused(db: None) -> None:
    StaffFactory.create(city_admin=True)
    text = "\n".join(f"X{number:04},名" for number in range(several.MOST + 1))
    assert "200人まで" in several.read(text).wrong[-1].reason


def test_only_who_manages_staff_may_add(db: None) -> None:
    clerk = sign_in(Client(headers={"host": STAFF}), StaffFactory.create(roles=["counter_clerk"]))
    assert clerk.post("/staff/several/", {"rows": TEN}).status_code == 403
