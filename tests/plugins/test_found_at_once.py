"""A booking of a resident is found by staff in no time, with the state of its card in the same row."""

import time
from typing import Any

import pytest
from django.test import Client

from madoguchi import clock
from madoguchi.accounts.tests.factories import StaffFactory, sign_in
from madoguchi.ledger.audit.actors import SYSTEM
from madoguchi.places.models import Place
from plugins.card_management.rules.life_cycle import Action
from plugins.card_management.services import moving
from plugins.card_management.tests.factories import add_card
from plugins.card_management.tests.handover import matched
from plugins.card_reservation import queries
from plugins.card_reservation.models import Booking
from plugins.card_reservation.services.slots import open_slots
from plugins.card_reservation.tests.stand_ins import People
from plugins.card_reservation.tests.way import HANAKO, confirm, find, walk_to_check

pytestmark = pytest.mark.django_db
AT_MOST_SECONDS = 2.0


@pytest.fixture
def clerk() -> Client:
    """A counter clerk's browser."""
    staff = StaffFactory.create(roles=["counter_clerk"])
    return sign_in(Client(headers={"host": "staff.midori.localhost"}), staff)


def row_of(clerk: Client, words: str) -> str:
    page = find(clerk, words).content.decode()
    number = Booking.objects.get().number
    rows = [row for row in page.split("<tr")[1:] if number in row]
    return rows[0] if rows else ""


@pytest.mark.req("NAN-03")
def test_staff_find_what_a_resident_booked_within_two_seconds(clerk: Client) -> None:
    now = clock.now()
    open_slots(now=now)
    card = add_card()
    hall = Place.objects.get(code="main")
    slot = queries.nearest_free(place_id=hall.id, after=now, party_size=1, now=now)[0]
    resident = Client(headers={"host": "midori.localhost"})
    page = walk_to_check(resident, People(known={HANAKO: card}), hall.id, slot.id)
    began = time.monotonic()
    assert confirm(resident, page).status_code in (302, 303)
    found = row_of(clerk, "ABC123")
    assert time.monotonic() - began < AT_MOST_SECONDS
    assert "見本 花子" in found
    assert "保管中" in found
    matched(card, now=now)
    moving.move(card_id=card, action=Action.HAND_OVER, actor=SYSTEM, now=now)
    for words in ("みほん", "見本花子", "0229", "昭和63年2月29日", "123456"):
        assert "交付済み" in row_of(clerk, words), words


def test_no_word_of_somebody_else_finds_it(clerk: Client) -> None:
    add_card()
    for words in ("みほん", "0229", "ABC123456"):
        answer: Any = find(clerk, words)
        assert answer.context["list"] is None
