"""Offers and parties under many hands at once: no place twice, none lost, and nobody waits in a circle."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from madoguchi import clock
from madoguchi.places.models import Place
from madoguchi.residents import services as residents
from madoguchi.tenancy import City, in_city
from plugins.card_reservation import queries
from plugins.card_reservation.models import Booking, BookingPerson, Slot, WaitingOffer
from plugins.card_reservation.services import accepting, booking, moving, parties, waiting_list
from plugins.card_reservation.services.accepting import Ticks
from plugins.card_reservation.services.slots import open_slots
from plugins.card_reservation.services.verification import VerifiedPickup
from plugins.card_reservation.services.waiting_list import Waiter, Wish
from plugins.card_reservation.tests.test_booking import RESIDENT, request_for
from plugins.card_reservation.tests.test_booking_races import all_at_once, book, nothing_drifted

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def now() -> datetime:
    """Noon of today: at night nobody has to answer before the morning."""
    return clock.local(clock.now()).replace(hour=12, minute=0, second=0, microsecond=0)


@pytest.fixture
def slot(home: City, now: datetime) -> Slot:
    """The only open time of a far day, with five places."""
    with in_city(home):
        open_slots(now=now)
        hall = Place.objects.get(code="main")
        found = queries.nearest_free(
            place_id=hall.id, after=now + timedelta(days=12), party_size=1, now=now, limit=1
        )[0]
        Slot.objects.filter(place=hall).exclude(pk=found.id).update(is_open=False)
        Slot.objects.filter(pk=found.id).update(capacity=5)
        return Slot.objects.get(pk=found.id)


def fill(home: City, slot: Slot, now: datetime) -> list[UUID]:
    """Let five parties of one have the slot."""
    with in_city(home):
        return [
            booking.book(request=request_for(slot.pk, uuid4()), actor=RESIDENT, now=now).booking_id
            for _ in range(5)
        ]


def wait(home: City, slot: Slot, now: datetime, *, parties_waiting: int) -> None:
    """Let so many parties of one wait for the day."""
    with in_city(home):
        for number in range(parties_waiting):
            contact = residents.contact_for(email=f"w{number}@example.jp", language="ja", now=now)
            waiting_list.join(
                wish=Wish(place_id=slot.place_id, first_day=slot.day, last_day=slot.day),
                waiter=Waiter(pickups=(uuid4(),), contact_id=contact),
                actor=RESIDENT,
                now=now + timedelta(seconds=number),
            )


def ticks(home: City) -> Ticks:
    with in_city(home):
        in_force = queries.cautions()
        return Ticks(codes=in_force.codes, version=in_force.version)


def test_places_given_back_all_at_once_are_offered_once_each_and_no_stranger_gets_one(
    home: City, slot: Slot, now: datetime
) -> None:
    booked = fill(home, slot, now)
    wait(home, slot, now, parties_waiting=5)
    cancels: list[Callable[[], object]] = [
        lambda key=key: moving.cancel(booking_id=key, actor=RESIDENT, now=now)  # type: ignore[misc]
        for key in booked
    ]
    told = all_at_once(home, *cancels, *(book(slot.pk, uuid4()) for _ in range(5)))
    assert told == {"done": 5, "SlotFull": 5}
    with in_city(home):
        waiting_list.go_on(now=now)
        assert WaitingOffer.objects.filter(state="open").count() == 5
        assert len(set(WaitingOffer.objects.values_list("entry_id", flat=True))) == 5
        assert Slot.objects.get(pk=slot.pk).booked == 5
    assert nothing_drifted(home, now)


def test_an_offer_taken_declined_and_lapsed_at_once_ends_in_one_way(
    home: City, slot: Slot, now: datetime
) -> None:
    booked = fill(home, slot, now)
    wait(home, slot, now, parties_waiting=1)
    with in_city(home):
        moving.cancel(booking_id=booked[0], actor=RESIDENT, now=now)
        offer = WaitingOffer.objects.get(state="open")
    chosen = ticks(home)
    take = lambda: accepting.accept(offer_id=offer.pk, ticks=chosen, actor=RESIDENT, now=now)  # noqa: E731
    leave = lambda: accepting.decline(offer_id=offer.pk, actor=RESIDENT, now=now)  # noqa: E731
    lapse = lambda: waiting_list.go_on(now=offer.held_until + timedelta(seconds=1))  # noqa: E731
    told = all_at_once(home, take, leave, lapse, take, leave)
    assert set(told) <= {"done", "OfferOver"}
    with in_city(home):
        offer.refresh_from_db()
        made = Booking.objects.filter(key=offer.pk).count()
        assert made == (1 if offer.state == "taken" else 0)
        assert Slot.objects.get(pk=slot.pk).booked == 4 + made
    assert nothing_drifted(home, now)


def test_relatives_who_merge_into_each_others_visits_at_once_end_up_in_one(
    home: City, slot: Slot, now: datetime
) -> None:
    people = [uuid4(), uuid4()]
    with in_city(home):
        made = [
            booking.book(request=request_for(slot.pk, each), actor=RESIDENT, now=now).booking_id
            for each in people
        ]
    told = all_at_once(
        home,
        lambda: parties.merge(booking_id=made[0], pickup=people[1], actor=RESIDENT, now=now),
        lambda: parties.merge(booking_id=made[1], pickup=people[0], actor=RESIDENT, now=now),
        lambda: parties.add(
            booking_id=made[0],
            person=VerifiedPickup(pickup=people[1], reference="A"),
            actor=RESIDENT,
            now=now,
        ),
    )
    assert set(told) <= {"done", "AlreadyCancelled", "NotInParty", "AlreadyBooked"}
    with in_city(home):
        assert BookingPerson.objects.filter(pickup__in=people, active=True).count() == 2
        assert Slot.objects.get(pk=slot.pk).booked == 2
        assert Booking.objects.filter(state="active").count() == 1
    assert nothing_drifted(home, now)
