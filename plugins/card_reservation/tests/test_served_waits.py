"""Who has the card already waits for no place, and books none by a link of an earlier mail."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID, uuid4

import pytest
from django.test import Client

from madoguchi import clock
from madoguchi.hooks.contracts.approvals import Person
from madoguchi.hooks.contracts.bookings import Served
from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.places.models import Place
from plugins.card_reservation import queries
from plugins.card_reservation.models import Slot, WaitingOffer
from plugins.card_reservation.services import serving, slots
from plugins.card_reservation.tests.stand_ins import People
from plugins.card_reservation.tests.test_waiting_list import join
from plugins.card_reservation.tests.way import HANAKO, open_link

pytestmark = pytest.mark.django_db


@pytest.fixture
def noon() -> datetime:
    """Noon of today: at night nobody has to answer before the morning."""
    return clock.local(clock.now()).replace(hour=12, minute=0, second=0, microsecond=0)


@pytest.fixture
def far(free_slots: Callable[[int], list[queries.SlotView]]) -> queries.SlotView:
    """A free time far enough away to ask somebody."""
    return free_slots(200)[-1]


def hand_over(pickup: UUID, now: datetime) -> None:
    by = Person(kind="staff", id="C0001", name="窓口 一郎")
    assert not serving.settle(served=Served(pickup=pickup, by=by), now=now)


def test_a_card_that_was_fetched_ends_the_wait_and_gives_the_held_place_back(
    far: queries.SlotView, noon: datetime
) -> None:
    entry = join(far, noon, pickup := uuid4())
    assert entry.state == "offered"
    hand_over(pickup, noon)
    entry.refresh_from_db()
    assert (entry.state, WaitingOffer.objects.get().state) == ("left", "declined")
    assert not Slot.objects.exclude(booked=0).exists()
    assert slots.reconcile(now=noon) == ()


def test_whoever_waits_with_them_waits_on_alone(far: queries.SlotView, noon: datetime) -> None:
    entry = join(far, noon, first := uuid4(), second := uuid4())
    hand_over(first, noon)
    entry.refresh_from_db()
    assert (entry.party_size, list(entry.people.values_list("pickup", flat=True))) == (1, [second])
    assert entry.state in ("waiting", "offered")
    changed = AuditEntry.objects.get(action="card_reservation.change_waiting_party")
    assert (changed.actor_name, changed.details["party_size"]) == ("窓口 一郎", 1)
    hand_over(second, noon)
    entry.refresh_from_db()
    assert entry.state == "left"
    assert slots.reconcile(now=noon) == ()


def test_a_link_mailed_before_the_card_was_fetched_books_nothing(
    resident: Client, people: People, hall: Place, now: datetime
) -> None:
    address = f"/booking/start/{open_link(resident, people)}/"
    assert resident.get(address).status_code == 200
    hand_over(people.known[HANAKO], now)
    assert resident.get(address).status_code == 410
    assert resident.post(address, {"agreed": "on", "place": str(hall.pk)}).status_code == 410
