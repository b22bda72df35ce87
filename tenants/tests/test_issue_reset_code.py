"""The first operator chooses a password by a code from the terminal."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from madoguchi.accounts.tests.factories import StaffFactory
from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.tenancy import City, in_city
from madoguchi.testing.people import host
from tenants.directory import directory

pytestmark = pytest.mark.django_db(transaction=True)


def issue(world: str, staff_code: str) -> list[str]:
    """Run the command and return its lines."""
    out = io.StringIO()
    call_command("issue_reset_code", world, staff_code, stdout=out)
    return out.getvalue().split()


def test_a_code_opens_the_door_once_in_its_own_world(home: City) -> None:
    operators = directory.operators()
    with in_city(operators):
        StaffFactory.create(staff_code="900009", roles=[])
    address, code = issue("operators", "900009")
    assert address == f"{operators.staff_url}/sign-in/reset/"
    browser = Client(headers={"host": host(operators.staff_url)})
    answers = {"reset_code": code, "new_password": "a-long-new-one-9", "repeated": "a-long-new-one-9"}
    elsewhere = Client(headers={"host": host(home.staff_url)}).post("/sign-in/reset/", answers)
    assert elsewhere.status_code != 302
    assert browser.post("/sign-in/reset/", answers).status_code == 302
    assert browser.post("/sign-in/reset/", answers).status_code != 302
    with in_city(operators):
        assert AuditEntry.objects.filter(action="accounts.reset_code_issued").exists()


def test_a_slip_is_said(home: City) -> None:
    with pytest.raises(CommandError, match="no city with the code 000001"):
        issue("000001", "900009")
    with pytest.raises(CommandError, match="nobody in みどり市"):
        issue(home.code, "999999")
