"""Factories give rows as the product itself would have made them."""

from datetime import date

import pytest

from madoguchi.ledger import vault
from madoguchi.places.queries import opening_days
from madoguchi.residents.queries import address_of
from madoguchi.testing.factories import ContactFactory, PlaceFactory, RoleFactory, StaffFactory

pytestmark = pytest.mark.django_db

MONDAY = date(2026, 12, 7)


def test_a_trait_hires_for_a_role_and_another_role_replaces_it() -> None:
    auditor = StaffFactory.create(auditor=True)
    assert auditor.has_permission("audit.view_entries")
    assert not auditor.has_permission("accounts.manage_staff")
    assert StaffFactory.create(auditor=True, roles=["city_admin"]).has_permission("accounts.manage_staff")


def test_who_left_holds_nothing() -> None:
    assert not StaffFactory.create(city_admin=True, left=True).has_permission("accounts.manage_staff")


def test_a_city_s_own_role_holds_what_it_names() -> None:
    viewer = StaffFactory.create(roles=[RoleFactory.create(viewer=True)])
    assert viewer.has_permission("card_reservation.view_bookings")
    assert not viewer.has_permission("card_reservation.book_for_resident")


def test_a_place_has_the_hours_a_trait_says() -> None:
    assert opening_days(place_id=PlaceFactory.create().id, first=MONDAY, last=MONDAY)
    assert not opening_days(place_id=PlaceFactory.create(without_hours=True).id, first=MONDAY, last=MONDAY)


def test_an_address_is_sealed_as_a_real_one() -> None:
    contact = ContactFactory.create(email="hanako@resident.example", reads_english=True)
    assert b"hanako" not in bytes(contact.email)
    found = address_of(contact.id)
    assert (found.email, found.language) == ("hanako@resident.example", "en")
    with pytest.raises(vault.SealBroken):
        vault.open_sealed(sealed=bytes(contact.email), place="residents_contact.other", row=contact.id)
