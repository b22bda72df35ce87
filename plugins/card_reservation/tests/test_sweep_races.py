"""The round that offers places holds many at once: it waits for nobody, or all would wait in a circle."""

from datetime import datetime, timedelta
from time import sleep
from uuid import UUID, uuid4

import pytest

from madoguchi import clock
from madoguchi.places.models import Place
from madoguchi.tenancy import City, in_city
from madoguchi.testing.races import SOON, while_open
from plugins.card_reservation import queries
from plugins.card_reservation.models import Slot, WaitingOffer
from plugins.card_reservation.services import booking, moving, offers, waiting_list
from plugins.card_reservation.services.slots import open_slots
from plugins.card_reservation.tests.test_booking import CLERK, request_for
from plugins.card_reservation.tests.test_booking_races import all_at_once, nothing_drifted
from plugins.card_reservation.tests.test_waiting_races import now, wait

__all__ = ["now"]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def pair(home: City, now: datetime) -> tuple[Slot, Slot]:
    """Two times of a far day, of which the later one is locked first; no other time is open."""
    with in_city(home):
        open_slots(now=now)
        hall = Place.objects.get(code="main")
        (near,) = queries.nearest_free(
            place_id=hall.id, after=now + timedelta(days=12), party_size=1, now=now, limit=1
        )
        day = clock.local(near.starts_at).date()
        found = list(Slot.objects.filter(place_id=hall.id, day=day, is_open=True))
        soon, late = next(
            (a.id, b.id) for a in found for b in found if a.starts_at < b.starts_at and b.id < a.id
        )
        Slot.objects.exclude(pk__in=[soon, late]).update(is_open=False)
        Slot.objects.filter(pk__in=[soon, late]).update(capacity=5)
        return Slot.objects.get(pk=soon), Slot.objects.get(pk=late)


def book(home: City, slot: Slot, now: datetime) -> UUID:
    with in_city(home):
        made = booking.book(request=request_for(slot.pk, uuid4()), actor=CLERK, now=now)
        return made.booking_id


def test_a_round_meets_somebody_who_moves_and_both_come_through(
    home: City, pair: tuple[Slot, Slot], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    soon, late = pair
    own = book(home, soon, now)
    with in_city(home):
        Slot.objects.filter(pk__in=[soon.pk, late.pk]).update(is_open=False)
    wait(home, soon, now, parties_waiting=8)
    with in_city(home):
        Slot.objects.filter(pk__in=[soon.pk, late.pk]).update(is_open=True)
    offer, offered = offers.offer_slot, []

    def slowly(*, slot_id: UUID, now: datetime) -> int:
        found = offer(slot_id=slot_id, now=now)
        offered.append(slot_id)
        if len(offered) == 1:
            sleep(SOON)
        return found

    def move() -> None:
        while not offered:
            sleep(0.01)
        moving.move(booking_id=own, slot_id=late.pk, key=uuid4(), actor=CLERK, now=now)

    monkeypatch.setattr(offers, "offer_slot", slowly)
    told = all_at_once(home, lambda: waiting_list.go_on(now=now), move)
    assert told == {"done": 2}
    assert offered[0] == soon.pk
    with in_city(home):
        waiting_list.go_on(now=now)
        assert WaitingOffer.objects.filter(state="open").count() == 8
    assert nothing_drifted(home, now)


def test_an_offer_at_a_time_that_somebody_is_booking_lapses_in_the_next_round(
    home: City, pair: tuple[Slot, Slot], now: datetime
) -> None:
    soon, _late = pair
    wait(home, soon, now, parties_waiting=1)
    with in_city(home):
        offer = WaitingOffer.objects.get()
    over = offer.held_until

    def go_on() -> str:
        waiting_list.go_on(now=over)
        return str(WaitingOffer.objects.get(pk=offer.pk).state)

    def book_one_more() -> None:
        booking.book(request=request_for(soon.pk, uuid4()), actor=CLERK, now=now)

    assert while_open(home, first=book_one_more, second=go_on) == "open"
    with in_city(home):
        assert go_on() == "lapsed"
    assert nothing_drifted(home, now)
