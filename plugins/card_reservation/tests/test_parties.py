"""Who comes together, changed after booking: counts stay exact, nobody is booked twice."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from madoguchi.ledger.outbox.models import OutboxEvent
from madoguchi.places.models import Place
from plugins.card_reservation import queries
from plugins.card_reservation.models import Booking, BookingPerson, PlaceRules, Slot
from plugins.card_reservation.services import booking, moving, parties, slots
from plugins.card_reservation.services.booking import Receipt
from plugins.card_reservation.services.refusals import PartyTooLarge, SlotClosed
from plugins.card_reservation.services.verification import VerifiedPickup
from plugins.card_reservation.tests.test_booking import CLERK, RESIDENT, request_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def free(free_slots: Callable[[int], list[queries.SlotView]]) -> list[queries.SlotView]:
    return free_slots(3)


@pytest.fixture
def kept(free: list[queries.SlotView], now: datetime) -> Receipt:
    return booking.book(request=request_for(free[0].id, uuid4()), actor=RESIDENT, now=now)


def relative(pickup: UUID | None = None) -> VerifiedPickup:
    return VerifiedPickup(pickup=pickup or uuid4(), reference="ABC2")


def taken(slot: queries.SlotView) -> int:
    return Slot.objects.get(pk=slot.id).booked


def test_somebody_joins_and_the_place_is_taken_at_once(kept: Receipt, free: Any, now: datetime) -> None:
    person = relative()
    for _ in range(2):
        told = parties.add(booking_id=kept.booking_id, person=person, actor=RESIDENT, now=now)
    assert (told.party_size, taken(free[0])) == (2, 2)
    event = OutboxEvent.objects.get(kind="card_reservation.party_changed")
    assert event.payload["joined"] == [str(person.pickup)]
    assert len(event.payload["pickups"]) == 2
    assert slots.reconcile(now=now) == ()


def test_whoever_stays_at_home_gives_the_place_back_and_may_book_again(
    kept: Receipt, free: Any, now: datetime
) -> None:
    person = relative()
    parties.add(booking_id=kept.booking_id, person=person, actor=RESIDENT, now=now)
    told = parties.remove(booking_id=kept.booking_id, pickup=person.pickup, actor=RESIDENT, now=now)
    assert (told.party_size, taken(free[0])) == (1, 1)
    booking.book(request=request_for(free[1].id, person.pickup), actor=RESIDENT, now=now)
    with pytest.raises(parties.NotInParty):
        parties.remove(booking_id=kept.booking_id, pickup=person.pickup, actor=RESIDENT, now=now)


def test_the_last_one_cancels_instead(kept: Receipt, now: datetime) -> None:
    last = BookingPerson.objects.get(booking_id=kept.booking_id).pickup
    with pytest.raises(parties.LastPerson):
        parties.remove(booking_id=kept.booking_id, pickup=last, actor=RESIDENT, now=now)


def test_a_full_time_refuses_and_names_times_for_everybody(kept: Receipt, free: Any, now: datetime) -> None:
    found = Slot.objects.get(pk=free[0].id)
    Slot.objects.filter(pk=found.pk).update(booked=found.capacity)
    with pytest.raises(booking.SlotFull) as refused:
        parties.add(booking_id=kept.booking_id, person=relative(), actor=RESIDENT, now=now)
    assert refused.value.nearest
    assert Booking.objects.get().party_size == 1
    person, other = relative(), refused.value.nearest[0]
    parties.add(booking_id=kept.booking_id, person=person, actor=RESIDENT, now=now, slot_id=other.id)
    assert Booking.objects.get().slot_id == other.id
    assert (Slot.objects.get(pk=found.pk).booked, Slot.objects.get(pk=other.id).booked) == (
        found.capacity - 1,
        2,
    )


def test_a_sixth_person_and_one_who_is_booked_elsewhere_do_not_get_in(
    kept: Receipt, free: Any, now: datetime
) -> None:
    taken_elsewhere = uuid4()
    booking.book(request=request_for(free[1].id, taken_elsewhere), actor=RESIDENT, now=now)
    with pytest.raises(booking.AlreadyBooked):
        parties.add(booking_id=kept.booking_id, person=relative(taken_elsewhere), actor=RESIDENT, now=now)
    Slot.objects.filter(pk=free[0].id).update(capacity=20)
    for _ in range(4):
        parties.add(booking_id=kept.booking_id, person=relative(), actor=CLERK, now=now)
    with pytest.raises(booking.PartyTooLarge):
        parties.add(booking_id=kept.booking_id, person=relative(), actor=CLERK, now=now)


def test_a_place_that_takes_smaller_parties_says_so_instead_of_offering_other_times(
    kept: Receipt, hall: Place, now: datetime
) -> None:
    annex = Place.objects.get(code="annex")
    PlaceRules.objects.filter(place=annex).update(max_party=1)
    parties.add(booking_id=kept.booking_id, person=relative(), actor=RESIDENT, now=now)
    [there] = queries.nearest_free(place_id=annex.pk, after=now, party_size=1, now=now, limit=1)
    for actor, channel in ((RESIDENT, "web"), (CLERK, "phone")):
        with pytest.raises(PartyTooLarge):
            moving.move(booking_id=kept.booking_id, slot_id=there.id, key=uuid4(), actor=actor, now=now)
        asked = request_for(there.id, uuid4(), uuid4(), channel=channel)
        with pytest.raises(PartyTooLarge):
            booking.book(request=asked, actor=actor, now=now)
    PlaceRules.objects.filter(place=hall).update(max_party=2)
    with pytest.raises(PartyTooLarge):
        parties.add(booking_id=kept.booking_id, person=relative(), actor=RESIDENT, now=now)
    assert Booking.objects.get().party_size == 2
    # Of a place that residents do not see they learn nothing.
    Place.objects.filter(pk=annex.pk).update(is_public=False)
    with pytest.raises(SlotClosed):
        booking.book(request=request_for(there.id, uuid4(), uuid4()), actor=RESIDENT, now=now)


def test_two_visits_become_one_and_nobody_is_doubled(kept: Receipt, free: Any, now: datetime) -> None:
    wife, child = uuid4(), uuid4()
    other = booking.book(request=request_for(free[1].id, wife, child), actor=RESIDENT, now=now)
    parties.merge(booking_id=kept.booking_id, pickup=child, actor=RESIDENT, now=now)
    assert (taken(free[0]), taken(free[1])) == (2, 1)
    parties.merge(booking_id=kept.booking_id, pickup=wife, actor=RESIDENT, now=now)
    assert (taken(free[0]), taken(free[1])) == (3, 0)
    assert Booking.objects.get(pk=other.booking_id).state == "cancelled"
    assert BookingPerson.objects.filter(pickup__in=[wife, child], active=True).count() == 2
    assert slots.reconcile(now=now) == ()
    assert not OutboxEvent.objects.filter(
        kind="card_reservation.pickup_cancelled", payload__is_told=True
    ).exists()


def test_a_merge_that_does_not_fit_leaves_both_visits(kept: Receipt, free: Any, now: datetime) -> None:
    wife = uuid4()
    other = booking.book(request=request_for(free[1].id, wife), actor=RESIDENT, now=now)
    found = Slot.objects.get(pk=free[0].id)
    Slot.objects.filter(pk=found.pk).update(booked=found.capacity)
    with pytest.raises(booking.SlotFull):
        parties.merge(booking_id=kept.booking_id, pickup=wife, actor=RESIDENT, now=now)
    assert Booking.objects.get(pk=other.booking_id).state == "active"
    assert taken(free[1]) == 1


def test_a_cancelled_visit_takes_nobody_in(kept: Receipt, now: datetime) -> None:
    moving.cancel(booking_id=kept.booking_id, actor=RESIDENT, now=now)
    with pytest.raises(moving.AlreadyCancelled):
        parties.add(booking_id=kept.booking_id, person=relative(), actor=RESIDENT, now=now)
