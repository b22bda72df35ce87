"""What members of staff hear by mail of their own sign-in."""

from typing import Any
from uuid import uuid4

import pytest

from madoguchi import clock
from madoguchi.accounts.events import StaffNoticed
from madoguchi.accounts.methods import mail_codes, own
from madoguchi.accounts.models import Staff
from madoguchi.accounts.tests.factories import StaffFactory
from madoguchi.ledger import vault
from madoguchi.ledger.audit.actors import SYSTEM
from madoguchi.ledger.outbox.models import OutboxEvent
from madoguchi.notifications.models import Delivery
from madoguchi.notifications.services import SEALED_AT
from madoguchi.notifications.staff_mail import tell_staff
from madoguchi.tenancy import City

pytestmark = pytest.mark.django_db


def hear(staff: Staff, about: str) -> list[dict[str, Any]]:
    """Hand the event over as the relay does, twice, and read what waits to be sent."""
    event = StaffNoticed(staff_id=staff.id, about=about)
    key = uuid4()
    for _ in range(2):
        tell_staff(event=event, key=key, actor=SYSTEM, now=clock.now())
    return [
        vault.open_sealed(sealed=bytes(row.sealed), place=SEALED_AT, row=row.id)["values"]
        for row in Delivery.objects.all()
    ]


def test_a_code_is_in_the_mail_and_in_no_event(home: City) -> None:
    staff = StaffFactory.create(name="窓口 花子", email="hanako@city.example")
    mail_codes.send(staff=staff, now=clock.now())
    code = mail_codes.read(staff=staff, now=clock.now())
    assert code is not None
    assert code not in str(OutboxEvent.objects.get(kind=StaffNoticed.kind).payload)
    assert hear(staff, "code") == [{"name": "窓口 花子", "code": code}]


def test_changed_methods_are_told_with_the_time(home: City) -> None:
    staff = StaffFactory.create(name="窓口 花子", email="hanako@city.example")
    own.take_all_away(staff_id=staff.id, reason="紛失", actor=SYSTEM, now=clock.now())
    (told,) = hear(staff, "reset")
    assert "すべて解除しました" in told["change"]


def test_whoever_has_no_address_or_left_gets_no_mail(home: City) -> None:
    assert hear(StaffFactory.create(email=""), "reset") == []
    assert hear(StaffFactory.create(email="taro@city.example"), "code") == []
    ghost = Staff(id=uuid4(), email="x@city.example")
    assert hear(ghost, "reset") == []
