"""Moving and cancelling: the old place is kept until the new one is held."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from madoguchi.hooks.contracts.eyes import EVERYTHING
from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.ledger.outbox.models import OutboxEvent
from madoguchi.places.models import Place
from plugins.card_reservation import queries
from plugins.card_reservation.models import Booking, BookingPerson, PlaceRules, Slot
from plugins.card_reservation.services import booking, moving
from plugins.card_reservation.services.booking import Receipt
from plugins.card_reservation.tests.test_booking import CLERK, RESIDENT, request_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def slots(free_slots: Callable[[int], list[queries.SlotView]]) -> list[queries.SlotView]:
    return free_slots(3)


@pytest.fixture
def kept(slots: list[queries.SlotView], now: datetime) -> Receipt:
    return booking.book(request=request_for(slots[0].id, uuid4(), uuid4()), actor=RESIDENT, now=now)


def booked(slot: queries.SlotView) -> int:
    return Slot.objects.get(pk=slot.id).booked


def test_moving_takes_the_new_place_and_frees_the_old_one(
    kept: Receipt, slots: list[queries.SlotView], now: datetime
) -> None:
    moved = moving.move(booking_id=kept.booking_id, slot_id=slots[1].id, key=uuid4(), actor=RESIDENT, now=now)
    assert moved.starts_at == slots[1].starts_at
    assert moved.number == kept.number
    assert (booked(slots[0]), booked(slots[1])) == (0, 2)
    event = OutboxEvent.objects.get(kind="card_reservation.pickup_moved")
    assert datetime.fromisoformat(event.payload["previous_starts_at"]) == slots[0].starts_at
    assert AuditEntry.objects.filter(action="card_reservation.move").count() == 1


@pytest.mark.req("KUR-57")
def test_when_the_new_slot_is_full_the_old_booking_stays(
    kept: Receipt, slots: list[queries.SlotView], now: datetime
) -> None:
    Slot.objects.filter(pk=slots[1].id).update(booked=4)
    with pytest.raises(booking.SlotFull) as refused:
        moving.move(booking_id=kept.booking_id, slot_id=slots[1].id, key=uuid4(), actor=RESIDENT, now=now)
    assert refused.value.nearest
    assert (booked(slots[0]), booked(slots[1])) == (2, 4)
    view = queries.booking(booking_id=kept.booking_id, now=now, eyes=EVERYTHING)
    assert (view.slot_id, view.status) == (slots[0].id, "active")
    assert not OutboxEvent.objects.filter(kind="card_reservation.pickup_moved").exists()
    moving.move(booking_id=kept.booking_id, slot_id=slots[2].id, key=uuid4(), actor=RESIDENT, now=now)
    assert (booked(slots[0]), booked(slots[2])) == (0, 2)


def test_the_same_move_sent_twice_moves_once(
    kept: Receipt, slots: list[queries.SlotView], now: datetime
) -> None:
    key = uuid4()
    first = moving.move(booking_id=kept.booking_id, slot_id=slots[1].id, key=key, actor=RESIDENT, now=now)
    again = moving.move(booking_id=kept.booking_id, slot_id=slots[1].id, key=key, actor=RESIDENT, now=now)
    assert again == first
    with pytest.raises(booking.KeyReused):
        moving.move(booking_id=kept.booking_id, slot_id=slots[2].id, key=key, actor=RESIDENT, now=now)
    assert OutboxEvent.objects.filter(kind="card_reservation.pickup_moved").count() == 1


def test_a_slot_of_the_past_or_of_a_hidden_place_is_no_destination(
    kept: Receipt, slots: list[queries.SlotView], now: datetime
) -> None:
    annex = Slot.objects.filter(place__code="annex", day__gt=slots[0].starts_at.date()).first()
    assert annex is not None
    Place.objects.filter(code="annex").update(is_public=False)
    with pytest.raises(booking.SlotClosed):
        moving.move(booking_id=kept.booking_id, slot_id=annex.id, key=uuid4(), actor=RESIDENT, now=now)
    Slot.objects.filter(pk=slots[1].id).update(starts_at=now - timedelta(hours=1), ends_at=now)
    with pytest.raises(booking.SlotPast):
        moving.move(booking_id=kept.booking_id, slot_id=slots[1].id, key=uuid4(), actor=CLERK, now=now)
    with pytest.raises(booking.SlotClosed):
        moving.move(booking_id=kept.booking_id, slot_id=uuid4(), key=uuid4(), actor=CLERK, now=now)
    assert booked(slots[0]) == 2


def test_cancelling_frees_the_place_at_once_and_lets_the_same_people_book_again(
    kept: Receipt, slots: list[queries.SlotView], now: datetime
) -> None:
    pickups = list(BookingPerson.objects.values_list("pickup", flat=True))
    moving.cancel(booking_id=kept.booking_id, actor=RESIDENT, now=now)
    assert booked(slots[0]) == 0
    assert queries.booking(booking_id=kept.booking_id, now=now, eyes=EVERYTHING).status == "cancelled"
    booking.book(request=request_for(slots[1].id, *pickups), actor=RESIDENT, now=now)


def test_cancelling_twice_is_cancelling_once(
    kept: Receipt, slots: list[queries.SlotView], now: datetime
) -> None:
    first = moving.cancel(booking_id=kept.booking_id, actor=RESIDENT, now=now)
    assert moving.cancel(booking_id=kept.booking_id, actor=RESIDENT, now=now) == first
    assert OutboxEvent.objects.filter(kind="card_reservation.pickup_cancelled").count() == 1
    with pytest.raises(moving.AlreadyCancelled):
        moving.move(booking_id=kept.booking_id, slot_id=slots[1].id, key=uuid4(), actor=RESIDENT, now=now)


def test_after_the_cutoff_residents_are_given_the_phone_and_staff_go_on(
    kept: Receipt, slots: list[queries.SlotView], now: datetime
) -> None:
    PlaceRules.objects.update(cutoff_minutes=30_000)
    for act in (
        lambda: moving.cancel(booking_id=kept.booking_id, actor=RESIDENT, now=now),
        lambda: moving.move(
            booking_id=kept.booking_id, slot_id=slots[1].id, key=uuid4(), actor=RESIDENT, now=now
        ),
    ):
        with pytest.raises(moving.CutoffPassed) as refused:
            act()
        assert refused.value.details["phone"] == "000-0000-0001"
    assert not queries.booking(booking_id=kept.booking_id, now=now, eyes=EVERYTHING).is_changeable
    moving.cancel(booking_id=kept.booking_id, actor=CLERK, now=now)


def test_a_booking_nobody_made_is_not_found(now: datetime, hall: Place) -> None:
    with pytest.raises(moving.BookingNotFound):
        moving.cancel(booking_id=uuid4(), actor=CLERK, now=now)
    assert not Booking.objects.exists()
