"""A whole city hall behind one address: one person's failures lock nobody else out (FUJ-39, T4)."""

import pytest
from django.test import Client

from madoguchi import clock
from madoguchi.accounts import services
from madoguchi.accounts.tests.factories import PASSWORD, StaffFactory
from madoguchi.ledger.audit.actors import Actor

pytestmark = pytest.mark.django_db
HALL = "10.20.30.40"
FAILURES = 20
COLLEAGUES = 8


def sign_in(code: str, password: str) -> tuple[Client, int]:
    """Try to sign in from the terminal server that everybody uses."""
    browser = Client(headers={"host": "staff.midori.localhost"}, REMOTE_ADDR=HALL)
    return browser, browser.post("/sign-in/", {"staff_code": code, "password": password}).status_code


def test_twenty_failures_of_one_person_lock_only_that_person(db: None) -> None:
    StaffFactory.create(staff_code="LOCKED1")
    colleagues = [StaffFactory.create().staff_code for _ in range(COLLEAGUES)]
    refused = 0
    for _attempt in range(FAILURES):
        _browser, status = sign_in("locked1", "wrong-password-here")
        refused += status != 302
    assert refused == FAILURES
    browser, status = sign_in("LOCKED1", PASSWORD)
    assert status != 302
    assert browser.get("/").status_code == 302
    for code in colleagues:
        browser, status = sign_in(code, PASSWORD)
        assert status == 302, code
        assert browser.get("/").status_code == 200


def test_thirty_failures_under_many_names_lock_no_colleague(db: None) -> None:
    colleague = StaffFactory.create().staff_code
    for number in range(30):
        sign_in(f"NOBODY{number}", "wrong-password-here")
    browser, status = sign_in(colleague, PASSWORD)
    assert status == 302
    assert browser.get("/").status_code == 200


def test_the_lock_is_lifted_by_a_code_of_an_administrator_at_the_same_address(db: None) -> None:
    locked = StaffFactory.create(staff_code="LOCKED1")
    for _attempt in range(FAILURES):
        sign_in("LOCKED1", "wrong-password-here")
    admin = Actor(kind="staff", id="1", name="管理 理人")
    code = services.issue_reset_code(staff_id=locked.id, actor=admin, now=clock.now())
    browser = Client(headers={"host": "staff.midori.localhost"}, REMOTE_ADDR=HALL)
    chosen = {"reset_code": code, "new_password": "a-long-password-9", "repeated": "a-long-password-9"}
    browser.post("/sign-in/reset/", chosen)
    browser, status = sign_in("LOCKED1", "a-long-password-9")
    assert status == 302
    assert browser.get("/").status_code == 200
