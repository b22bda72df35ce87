"""A city that closes takes no new bookings; the ones it has are seen, moved and cancelled as ever."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from madoguchi import clock
from madoguchi.tenancy import City
from plugins.card_reservation import queries
from plugins.card_reservation.models import Booking, WaitingOffer
from plugins.card_reservation.services import accepting, booking, moving
from plugins.card_reservation.services.links import new_manage_token
from plugins.card_reservation.services.refusals import NoNewBookings
from plugins.card_reservation.tests.stand_ins import People
from plugins.card_reservation.tests.test_booking import CLERK, RESIDENT, request_for
from plugins.card_reservation.tests.test_waiting_list import join, ticks
from plugins.card_reservation.tests.way import confirm, walk_to_check

pytestmark = pytest.mark.django_db


def test_nobody_books_anew_while_the_city_closes(
    free_slots: Callable[[int], list[queries.SlotView]], home_as: Callable[[str], City], now: datetime
) -> None:
    [slot] = free_slots(1)
    home_as("closing")
    for actor in (RESIDENT, CLERK):
        with pytest.raises(NoNewBookings):
            booking.book(request=request_for(slot.id, uuid4()), actor=actor, now=now)
    assert not Booking.objects.exists()


def test_a_visit_that_is_booked_can_still_be_moved_and_cancelled(
    free_slots: Callable[[int], list[queries.SlotView]], home_as: Callable[[str], City], now: datetime
) -> None:
    first, second = free_slots(2)
    kept = booking.book(request=request_for(first.id, uuid4()), actor=RESIDENT, now=now)
    home_as("closing")
    moved = moving.move(booking_id=kept.booking_id, slot_id=second.id, key=uuid4(), actor=RESIDENT, now=now)
    assert moved.starts_at == second.starts_at
    moving.cancel(booking_id=kept.booking_id, actor=RESIDENT, now=now)
    assert Booking.objects.get().state == Booking.State.CANCELLED


def test_a_place_that_is_held_for_who_waits_is_no_new_booking_while_the_city_closes(
    free_slots: Callable[[int], list[queries.SlotView]], home_as: Callable[[str], City], now: datetime
) -> None:
    noon = clock.local(now).replace(hour=12, minute=0, second=0, microsecond=0)
    entry = join(free_slots(200)[-1], noon)
    offer = WaitingOffer.objects.get(entry=entry, state="open")
    home_as("closing")
    with pytest.raises(NoNewBookings):
        accepting.accept(offer_id=offer.pk, ticks=ticks(), actor=RESIDENT, now=noon)
    assert not Booking.objects.exists()
    offer.refresh_from_db()
    assert offer.state == "open"


def test_residents_read_it_on_the_first_page_and_still_see_their_booking(
    resident: Client,
    people: People,
    hall: Any,
    free_slots: Callable[[int], list[queries.SlotView]],
    home_as: Callable[[str], City],
    now: datetime,
) -> None:
    [slot] = free_slots(1)
    confirm(resident, walk_to_check(resident, people, hall.id, slot.id))
    kept = Booking.objects.get()
    assert kept.contact_id
    token = new_manage_token(booking_id=kept.id, contact_id=kept.contact_id, until=slot.ends_at, now=now)
    home_as("closing")
    first = resident.get("/booking/")
    assert first.status_code == 409
    assert "新しい予約の受付は終了しました" in first.content.decode()
    assert kept.number in resident.get(f"/booking/manage/{token}/").content.decode()
