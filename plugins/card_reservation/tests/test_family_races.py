"""Families that join, leave and merge while others book, move and cancel: nobody waits in a circle."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID, uuid4

import pytest
from django.db.models import Sum

from madoguchi import clock
from madoguchi.places.models import Place
from madoguchi.residents import services as residents
from madoguchi.tenancy import City, in_city
from plugins.card_reservation.models import Booking, BookingPerson, Slot, WaitingOffer
from plugins.card_reservation.services import booking, parties, waiting_list
from plugins.card_reservation.services.verification import VerifiedPickup
from plugins.card_reservation.tests.test_booking import RESIDENT, request_for
from plugins.card_reservation.tests.test_booking_races import (
    all_at_once,
    book,
    cancel,
    move,
    nothing_drifted,
    now,
    slots,
)

__all__ = ["now", "slots"]
pytestmark = pytest.mark.django_db(transaction=True)
Act = Callable[[], object]
REFUSALS = {
    "done",
    "SlotFull",
    "AlreadyBooked",
    "AlreadyCancelled",
    "NotInParty",
    "LastPerson",
    "PartyTooLarge",
    "SlotClosed",
}


def merge(booking_id: UUID, pickup: UUID) -> Act:
    return lambda: parties.merge(booking_id=booking_id, pickup=pickup, actor=RESIDENT, now=clock.now())


def join(booking_id: UUID, pickup: UUID) -> Act:
    person = VerifiedPickup(pickup=pickup, reference="ABC000001")
    return lambda: parties.add(booking_id=booking_id, person=person, actor=RESIDENT, now=clock.now())


def leave(booking_id: UUID, pickup: UUID) -> Act:
    return lambda: parties.remove(booking_id=booking_id, pickup=pickup, actor=RESIDENT, now=clock.now())


def everybody_sits_once(home: City) -> bool:
    with in_city(home):
        active = BookingPerson.objects.filter(active=True)
        standing = Booking.objects.filter(state=Booking.State.ACTIVE)
        return active.count() == standing.aggregate(all=Sum("party_size"))["all"]


def test_two_families_that_take_each_other_in_end_as_one_or_two_never_as_none(
    home: City, slots: list[UUID], now: datetime
) -> None:
    for turn in range(4):
        with in_city(home):
            people = [uuid4() for _ in range(4)]
            Slot.objects.filter(pk__in=slots[:2]).update(capacity=40)
            first = booking.book(request=request_for(slots[0], *people[:2]), actor=RESIDENT, now=now)
            second = booking.book(request=request_for(slots[1], *people[2:]), actor=RESIDENT, now=now)
        outcome = all_at_once(
            home,
            merge(first.booking_id, people[2]),
            merge(first.booking_id, people[3]),
            merge(second.booking_id, people[0]),
            merge(second.booking_id, people[1]),
        )
        assert set(outcome) <= REFUSALS, turn
        with in_city(home):
            kept = BookingPerson.objects.filter(pickup__in=people, active=True)
            assert kept.count() == 4
    assert everybody_sits_once(home)
    assert nothing_drifted(home, now)


def test_everything_at_once_on_the_same_few_bookings(home: City, slots: list[UUID], now: datetime) -> None:
    with in_city(home):
        parts = [[uuid4(), uuid4()] for _ in range(4)]
        made = [
            booking.book(request=request_for(slots[turn % 2], *pair), actor=RESIDENT, now=now).booking_id
            for turn, pair in enumerate(parts)
        ]
    others = [uuid4() for _ in range(3)]
    acts: list[Act] = []
    for turn, key in enumerate(made):
        acts += [
            move(key, slots[2 + turn % 2]),
            join(key, others[turn % 3]),
            leave(key, parts[turn][1]),
            merge(key, parts[(turn + 1) % 4][0]),
            book(slots[turn % 4], others[turn % 3]),
        ]
    acts.append(cancel(made[0]))
    outcome = all_at_once(home, *acts)
    assert set(outcome) <= REFUSALS
    assert everybody_sits_once(home)
    assert nothing_drifted(home, now)


def test_a_seat_that_is_given_back_goes_to_one_who_waits_or_to_one_who_clicks(
    home: City, slots: list[UUID], now: datetime
) -> None:
    with in_city(home):
        slot = Slot.objects.get(pk=slots[0])
        hall = Place.objects.get(code="main")
        Slot.objects.filter(place=hall, day=slot.day).exclude(pk=slot.pk).update(is_open=False)
        Slot.objects.filter(pk=slot.pk).update(capacity=1)
        mine = booking.book(request=request_for(slot.pk, uuid4()), actor=RESIDENT, now=now)
        contact = residents.contact_for(email="w@resident.example", language="ja", now=now)
        wish = waiting_list.Wish(place_id=hall.id, first_day=slot.day, last_day=slot.day)
        for _party in range(3):
            waiter = waiting_list.Waiter(pickups=(uuid4(),), contact_id=contact)
            waiting_list.join(wish=wish, waiter=waiter, actor=RESIDENT, now=now)
    outcome = all_at_once(home, cancel(mine.booking_id), *(book(slots[0], uuid4()) for _ in range(5)))
    assert set(outcome) <= REFUSALS
    with in_city(home):
        seat = Slot.objects.get(pk=slots[0])
        holds = WaitingOffer.objects.filter(slot=seat, state=WaitingOffer.State.OPEN).count()
        sitting = Booking.objects.filter(slot=seat, state=Booking.State.ACTIVE).count()
        assert (seat.booked, holds + sitting) == (1, 1)
    assert nothing_drifted(home, now)
