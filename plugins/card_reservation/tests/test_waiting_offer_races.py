"""Somebody leaves the line, or comes with more people, in the moment in which a place is held for them."""

from datetime import datetime
from uuid import UUID, uuid4

import pytest

from madoguchi import clock
from madoguchi.hooks.contracts.bookings import PickupPartyChanged
from madoguchi.tenancy import City, in_city
from madoguchi.testing.races import while_open
from plugins.card_reservation.models import Slot, WaitingEntry, WaitingOffer
from plugins.card_reservation.queries.waiting import EntryNotFound
from plugins.card_reservation.services import accepting, booking, moving, waiting_list
from plugins.card_reservation.tests.test_booking import RESIDENT, request_for
from plugins.card_reservation.tests.test_booking_races import all_at_once, nothing_drifted
from plugins.card_reservation.tests.test_waiting_races import fill, now, slot, ticks, wait

__all__ = ["now", "slot"]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def booked(home: City, slot: Slot, now: datetime) -> UUID:
    """One of the five visits of a full time, for which somebody else waits."""
    made = fill(home, slot, now)
    wait(home, slot, now, parties_waiting=1)
    return made[0]


def test_whoever_leaves_while_a_place_is_offered_gives_it_back_and_gets_no_more_mails(
    home: City, slot: Slot, now: datetime, booked: UUID
) -> None:
    with in_city(home):
        entry = WaitingEntry.objects.get()
    while_open(
        home,
        first=lambda: moving.cancel(booking_id=booked, actor=RESIDENT, now=now),
        second=lambda: waiting_list.leave(entry_id=entry.pk, actor=RESIDENT, now=now),
    )
    with in_city(home):
        entry.refresh_from_db()
        assert entry.state == "left"
        assert WaitingOffer.objects.get().state == "declined"
        assert Slot.objects.get(pk=slot.pk).booked == 4
    assert nothing_drifted(home, now)


def test_a_party_that_grows_while_a_place_is_offered_waits_on_as_it_is_now(
    home: City, slot: Slot, now: datetime, booked: UUID
) -> None:
    with in_city(home):
        later = Slot.objects.filter(place=slot.place, starts_at__gt=slot.ends_at).earliest("starts_at")
        Slot.objects.filter(pk=later.pk).update(is_open=True)
        entry = WaitingEntry.objects.get()
        own = booking.book(
            request=request_for(later.pk, entry.people.get().pickup), actor=RESIDENT, now=now
        ).booking_id
        WaitingEntry.objects.update(booking_id=own)
    grown = PickupPartyChanged(
        booking_id=own,
        number="1234-5678",
        place_id=slot.place_id,
        slot_starts_at=later.starts_at,
        pickups=(uuid4(), uuid4()),
        channel="web",
        contact_id=None,
    )
    while_open(
        home,
        first=lambda: moving.cancel(booking_id=booked, actor=RESIDENT, now=now),
        second=lambda: waiting_list.note_party(event=grown, key=uuid4(), actor=RESIDENT, now=now),
    )
    with in_city(home):
        entry.refresh_from_db()
        assert (entry.state, entry.party_size) == ("waiting", 2)
        assert WaitingOffer.objects.get().state == "lapsed"
        assert Slot.objects.get(pk=slot.pk).booked == 4
    assert nothing_drifted(home, now)


def test_answers_and_farewells_all_at_once_never_wait_in_a_circle(
    home: City, slot: Slot, now: datetime, booked: UUID
) -> None:
    chosen = ticks(home)
    with in_city(home):
        moving.cancel(booking_id=booked, actor=RESIDENT, now=now)
        offer = WaitingOffer.objects.get()
    told = all_at_once(
        home,
        lambda: waiting_list.leave(entry_id=offer.entry_id, actor=RESIDENT, now=now),
        lambda: accepting.accept(offer_id=offer.pk, ticks=chosen, actor=RESIDENT, now=now),
        lambda: accepting.decline(offer_id=offer.pk, actor=RESIDENT, now=now),
        lambda: waiting_list.go_on(now=offer.held_until),
    )
    assert set(told) <= {"done", "OfferOver"}
    with in_city(home):
        assert not WaitingOffer.objects.filter(state="open").exists()
    assert nothing_drifted(home, now)


def test_who_was_erased_meanwhile_leaves_no_line(home: City) -> None:
    with in_city(home), pytest.raises(EntryNotFound):
        waiting_list.leave(entry_id=uuid4(), actor=RESIDENT, now=clock.now())
