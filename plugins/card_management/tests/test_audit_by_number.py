"""Auditors look for what was done with a card under the number that its holder knows."""

import pytest
from django.test import Client

from madoguchi.testing.factories import StaffFactory, sign_in
from plugins.card_management.tests.factories import add_card

pytestmark = pytest.mark.django_db


def test_the_number_on_the_notice_finds_what_was_done_with_the_card(staff_client: Client) -> None:
    card = add_card(reference="AUD123456")
    sign_in(staff_client, StaffFactory.create(counter_clerk=True))
    staff_client.get(f"/cards/{card}/")
    sign_in(staff_client, StaffFactory.create(auditor=True))
    found = staff_client.get("/audit/", {"person": "aud-123456"}).content.decode()
    other = staff_client.get("/audit/", {"person": "AUD123457"}).content.decode()
    assert str(card)[:8] in found
    assert "条件に合うものはありません" in other
