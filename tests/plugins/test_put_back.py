"""A booking that is cancelled, moved or not kept leaves a task with whoever has the card in hand."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from madoguchi import clock
from madoguchi.accounts.tests.factories import StaffFactory, sign_in
from madoguchi.hooks.contracts.bookings import PickupBooked, PickupCancelled, PickupMoved
from madoguchi.places.models import Place
from plugins.card_management.models import Card
from plugins.card_management.models.shelves import ShelfTask
from plugins.card_management.rules.life_cycle import Action
from plugins.card_management.services import moving, shelves_parcels, shelves_putting, shelves_tasks
from plugins.card_management.tests.factories import add_card
from plugins.card_management.tests.shelves import CLERK, make_spots
from plugins.card_reservation import queries
from plugins.card_reservation.models import Booking, Slot
from plugins.card_reservation.services import moving as bookings
from plugins.card_reservation.services.links import new_manage_token
from plugins.card_reservation.services.slots import open_slots
from plugins.card_reservation.tests.stand_ins import People
from plugins.card_reservation.tests.way import HANAKO, confirm, walk_to_check
from tests.plugins.hearing import hear

pytestmark = pytest.mark.django_db


@pytest.fixture
def card(db: None) -> UUID:
    """A card on its shelf."""
    open_slots(now=clock.now())
    spot, *_others = make_spots()
    made = add_card()
    shelves_putting.put(card_id=made, spot_id=spot.pk, actor=CLERK, now=clock.now())
    return made


@pytest.fixture
def booked(card: UUID) -> str:
    """Its holder booked; the token is that of the mail."""
    hall, now = Place.objects.get(code="main"), clock.now()
    slot = queries.nearest_free(place_id=hall.id, after=now, party_size=1, now=now)[0]
    resident = Client(headers={"host": "midori.localhost"})
    confirm(resident, walk_to_check(resident, People(known={HANAKO: card}), hall.id, slot.id))
    hear(PickupBooked)
    booking = Booking.objects.select_related("slot").get()
    assert booking.contact_id
    return new_manage_token(
        booking_id=booking.id, contact_id=booking.contact_id, until=booking.slot.ends_at, now=now
    )


def pull(card: UUID) -> None:
    moving.move(card_id=card, action=Action.PULL, actor=CLERK, now=clock.now())


def cancel(token: str) -> Any:
    return Client(headers={"host": "midori.localhost"}).post(f"/booking/manage/{token}/cancel/")


@pytest.mark.req("KUR-58")
def test_a_cancelled_booking_gives_the_seat_back_at_once_and_has_the_pulled_card_put_back(
    card: UUID, booked: str
) -> None:
    pull(card)
    slot = Booking.objects.get().slot_id
    before = Slot.objects.get(pk=slot).booked
    starts = Slot.objects.get(pk=slot).starts_at
    # After the cut-off the page names the telephone, and nothing changes.
    Slot.objects.filter(pk=slot).update(starts_at=clock.now() - timedelta(minutes=5))
    late = cancel(booked)
    assert late.status_code == 409
    assert "tel:" in late.content.decode()
    assert not ShelfTask.objects.exists()
    Slot.objects.filter(pk=slot).update(starts_at=starts)
    assert cancel(booked).status_code == 303
    assert Slot.objects.get(pk=slot).booked == before - 1
    hear(PickupCancelled)
    task = ShelfTask.objects.get()
    assert (task.kind, task.reason, task.done_at) == ("put_back", "cancelled", None)
    clerk = sign_in(
        Client(headers={"host": "staff.midori.localhost"}), StaffFactory.create(roles=["counter_clerk"])
    )
    page = clerk.get("/cards/shelves/tasks/").content.decode()
    assert "棚に戻す" in page
    assert "ABC123456" in page
    assert "棚に戻す・呼び戻すカード" in clerk.get("/").content.decode()
    spot = Card.objects.get(pk=card).spot
    assert spot is not None
    shelves_putting.put(card_id=card, spot_id=spot.pk, actor=CLERK, now=clock.now())
    assert Card.objects.get(pk=card).state == "stored"
    assert not ShelfTask.objects.filter(done_at=None).exists()


def test_a_cancelled_booking_calls_back_a_card_that_was_sent(card: UUID, booked: str) -> None:
    annex = Place.objects.get(code="annex")
    hall = Place.objects.get(code="main")
    Card.objects.filter(pk=card).update(wanted_site=annex.pk)
    made = shelves_parcels.make(from_place=hall.pk, to_place=annex.pk, actor=CLERK, now=clock.now())
    from madoguchi.hooks.contracts.eyes import EVERYTHING

    parcel = shelves_parcels.find(parcel_id=made, eyes=EVERYTHING)
    shelves_parcels.pack(parcel=parcel, typed="ABC123456", actor=CLERK, now=clock.now())
    shelves_parcels.send(parcel=parcel, actor=CLERK, now=clock.now())
    cancel(booked)
    hear(PickupCancelled)
    task = ShelfTask.objects.get()
    assert (task.kind, task.place_id) == ("recall", annex.pk)


def test_a_booking_that_moves_to_another_day_has_the_pulled_card_put_back(card: UUID, booked: str) -> None:
    pull(card)
    booking = Booking.objects.select_related("slot").get()
    now = clock.now()
    later = Slot.objects.filter(
        place_id=booking.slot.place_id, day__gt=booking.slot.day, is_open=True, booked=0
    ).order_by("starts_at")[0]
    from uuid import uuid4

    bookings.move(booking_id=booking.id, slot_id=later.id, key=uuid4(), actor=CLERK, now=now)
    hear(PickupMoved)
    assert ShelfTask.objects.get().reason == "moved"
    assert Card.objects.get(pk=card).wanted_on == later.day


def test_a_card_whose_day_went_by_is_put_back(card: UUID, booked: str) -> None:
    pull(card)
    assert shelves_tasks.note_days_gone(now=clock.now()) == 0
    Card.objects.filter(pk=card).update(wanted_on=clock.today() - timedelta(days=1))
    assert shelves_tasks.note_days_gone(now=clock.now()) == 1
    assert shelves_tasks.note_days_gone(now=clock.now()) == 0
    assert ShelfTask.objects.get().reason == "missed"


def test_a_card_on_its_shelf_needs_nobody(card: UUID, booked: str) -> None:
    cancel(booked)
    hear(PickupCancelled)
    assert not ShelfTask.objects.exists()
