"""The races that other booking systems lost: it-at-m/eappointment #2320, easyappointments #31 and #845."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import Mock
from uuid import UUID, uuid4

import pytest
from django.test import Client

from madoguchi import clock
from madoguchi.ledger.outbox.models import OutboxEvent
from madoguchi.places.models import Counter, Place
from madoguchi.tenancy import City, in_city
from madoguchi.web import signing
from plugins.card_reservation.models import (
    PICKUP_ID,
    Booking,
    BookingPerson,
    CounterHours,
    Slot,
)
from plugins.card_reservation.services import booking, capacities, following, moving
from plugins.card_reservation.services.slots import open_slots
from plugins.card_reservation.tests.stand_ins import People
from plugins.card_reservation.tests.test_booking import CLERK, RESIDENT, request_for
from plugins.card_reservation.tests.test_booking_races import (
    all_at_once,
    book,
    move,
    nothing_drifted,
    now,
    slots,
)
from plugins.card_reservation.tests.way import HANAKO, confirm, fields, walk_to_check

__all__ = ["now", "slots"]

at_once = pytest.mark.django_db(transaction=True)


@at_once
@pytest.mark.req("KUR-05")
def test_web_and_desk_fill_one_capacity_and_one_of_them_gets_the_last_seat(
    home: City, slots: list[UUID], now: datetime
) -> None:
    for slot_id in slots[:4]:
        with in_city(home):
            Slot.objects.filter(pk=slot_id).update(capacity=3)
            for actor, channel in ((RESIDENT, "web"), (CLERK, "phone")):
                form = request_for(slot_id, uuid4(), channel=channel)
                booking.book(request=form, actor=actor, now=now)
        outcome = all_at_once(home, book(slot_id, uuid4()), book(slot_id, uuid4(), actor=CLERK))
        assert outcome == {"done": 1, "SlotFull": 1}
        with in_city(home):
            assert Slot.objects.get(pk=slot_id).booked == 3
            channels = Booking.objects.filter(slot_id=slot_id).values_list("channel", flat=True)
            assert {"web", "phone"} == set(channels)
    assert nothing_drifted(home, now)


@at_once
@pytest.mark.req("NAN-15")
def test_twenty_requests_of_one_person_for_twenty_ways_in_make_one_booking(
    home: City, slots: list[UUID], now: datetime
) -> None:
    pickup = uuid4()
    acts = [book(slots[turn % 6], pickup, actor=RESIDENT if turn % 2 else CLERK) for turn in range(20)]
    assert all_at_once(home, *acts) == {"done": 1, "AlreadyBooked": 19}
    with in_city(home):
        assert Booking.objects.filter(state=Booking.State.ACTIVE).count() == 1
        assert BookingPerson.objects.filter(pickup=pickup, active=True).count() == 1
    assert nothing_drifted(home, now)


@at_once
def test_any_free_counter_is_given_away_as_often_as_there_are_counters(home: City, now: datetime) -> None:
    """easyappointments #845: «any provider» was booked twice where two browsers came at once."""
    with in_city(home):
        hall = Place.objects.get(code="main")
        for number in (1, 2):
            desk, _is_new = Counter.objects.get_or_create(place=hall, number=number)
            CounterHours.objects.bulk_create(
                CounterHours(
                    counter=desk, service_id=PICKUP_ID, weekday=day, opens="00:00", closes="23:59", seats=1
                )
                for day in range(7)
            )
        open_slots(now=now)
        following.follow(place_ids=(hall.id,), now=now)
        found = Slot.objects.filter(place=hall, is_open=True, starts_at__gt=now + timedelta(days=5))
        slot = found.order_by("starts_at")[0]
        assert slot.capacity == 2
    outcome = all_at_once(home, *(book(slot.id, uuid4()) for _browser in range(8)))
    assert outcome == {"done": 2, "SlotFull": 6}
    assert nothing_drifted(home, now)


@at_once
def test_a_capacity_that_shrinks_while_people_book_and_move_leaves_nobody_uncounted(
    home: City, slots: list[UUID], now: datetime
) -> None:
    with in_city(home):
        hall = Place.objects.get(code="main")
        kept = [
            booking.book(request=request_for(slots[1], uuid4()), actor=RESIDENT, now=now) for _ in range(3)
        ]

    def shrink(capacity: int) -> Callable[[], object]:
        wish = capacities.Wish(capacity=capacity, is_open=True)
        return lambda: capacities.change(
            place_id=hall.id, wishes={slots[0]: wish}, actor=CLERK, now=clock.now()
        )

    acts: list[Callable[[], object]] = [book(slots[0], uuid4()) for _ in range(6)]
    acts += [move(receipt.booking_id, slots[0]) for receipt in kept]
    acts += [shrink(2), shrink(1), shrink(4)]
    outcome = all_at_once(home, *acts)
    assert set(outcome) <= {"done", "SlotFull", "BelowBooked"}
    with in_city(home):
        slot = Slot.objects.get(pk=slots[0])
        standing = Booking.objects.filter(slot=slot, state=Booking.State.ACTIVE)
        assert slot.booked == sum(one.party_size for one in standing) <= slot.capacity + slot.allowance
    assert nothing_drifted(home, now)


@at_once
def test_a_day_that_fills_up_before_the_click_takes_nobody_out_of_an_old_booking(
    home: City, slots: list[UUID], now: datetime
) -> None:
    with in_city(home):
        mine = booking.book(request=request_for(slots[5], uuid4()), actor=RESIDENT, now=now)
        Slot.objects.filter(pk=slots[0]).update(capacity=1)
    outcome = all_at_once(home, book(slots[0], uuid4()), move(mine.booking_id, slots[0]))
    assert outcome == {"done": 1, "SlotFull": 1}
    with in_city(home):
        kept = Booking.objects.get(pk=mine.booking_id)
        assert kept.state == Booking.State.ACTIVE
        assert Slot.objects.get(pk=kept.slot_id).booked == 1
    assert nothing_drifted(home, now)


@at_once
@pytest.mark.req("KUR-63")
def test_whoever_comes_again_is_led_to_the_booking_there_is_also_from_two_sides_at_once(
    home: City, slots: list[UUID], people: People, now: datetime
) -> None:
    browsers = [Client(headers={"host": "midori.localhost"}) for _ in range(2)]
    with in_city(home):
        hall = Place.objects.get(code="main")
        pages = [
            walk_to_check(browser, people, hall.id, slots[turn], email=f"somebody{turn}@example.jp")
            for turn, browser in enumerate(browsers)
        ]
    card = people.known[HANAKO]

    def from_the_web() -> None:
        if confirm(browsers[0], pages[0]).status_code == 409:
            raise booking.AlreadyBooked

    assert all_at_once(home, from_the_web, book(slots[2], card, actor=CLERK)) == {
        "done": 1,
        "AlreadyBooked": 1,
    }
    refused = confirm(browsers[1], pages[1])
    page = refused.content.decode()
    assert refused.status_code == 409
    assert "すでに予約があります" in page
    assert 'href="/booking/find/"' in page
    assert browsers[1].get("/booking/find/").status_code == 200
    with in_city(home):
        assert Booking.objects.count() == BookingPerson.objects.filter(pickup=card, active=True).count() == 1
    assert nothing_drifted(home, now)


@pytest.mark.django_db
def test_two_who_look_at_the_same_last_time_are_both_answered_and_one_keeps_what_was_typed(
    resident: Client, people: People, hall: Place, free_slots: Any
) -> None:
    """eappointment #2320: two people took one time, and the second lost everything that was entered."""
    slot = free_slots(1)[0]
    Slot.objects.filter(pk=slot.id).update(capacity=1)
    page = walk_to_check(resident, people, hall.id, slot.id)
    booking.book(request=request_for(slot.id, uuid4()), actor=RESIDENT, now=clock.now())
    refused = confirm(resident, page)
    assert refused.status_code == 409
    assert "入力した内容は残っています" in refused.content.decode()
    nearest = free_slots(1)[0]
    resident.post("/booking/time/", {"slot": str(nearest.id)})
    again = resident.get("/booking/check/")
    assert again.status_code == 200
    assert confirm(resident, again.content.decode()).status_code == 303
    assert set(Booking.objects.values_list("slot_id", flat=True)) == {slot.id, nearest.id}


@pytest.mark.django_db
def test_a_day_that_was_closed_before_the_click_books_nothing_and_offers_another(
    resident: Client, people: People, hall: Place, free_slots: Any
) -> None:
    slot = free_slots(1)[0]
    page = walk_to_check(resident, people, hall.id, slot.id)
    day = clock.local(slot.starts_at).date()
    Slot.objects.filter(place=hall, day=day).update(is_open=False, closed_by_hand=True)
    refused = confirm(resident, page)
    assert refused.status_code == 409
    assert fields(refused.content.decode()) is not None
    assert not Booking.objects.exists()


@at_once
def test_cancelling_and_booking_the_seat_at_once_never_seats_two(
    home: City, slots: list[UUID], now: datetime
) -> None:
    with in_city(home):
        Slot.objects.filter(pk=slots[0]).update(capacity=1)
        mine = booking.book(request=request_for(slots[0], uuid4()), actor=RESIDENT, now=now)

    def cancel() -> object:
        return moving.cancel(booking_id=mine.booking_id, actor=RESIDENT, now=clock.now())

    outcome = all_at_once(home, cancel, *(book(slots[0], uuid4()) for _ in range(6)))
    assert outcome["done"] in (1, 2)
    with in_city(home):
        assert Slot.objects.get(pk=slots[0]).booked <= 1
    assert nothing_drifted(home, now)


@at_once
def test_a_booking_stands_although_its_answer_fails_and_is_found_when_it_is_sent_again(
    home: City, slots: list[UUID], people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = Client(headers={"host": "midori.localhost"}, raise_request_exception=False)
    with in_city(home):
        page = walk_to_check(browser, people, Slot.objects.get(pk=slots[0]).place_id, slots[0])
    with monkeypatch.context() as broken:
        broken.setattr(signing, "sign", Mock(side_effect=OSError))
        assert confirm(browser, page).status_code == 500
    with in_city(home):
        number = Booking.objects.get().number
    again = confirm(browser, page)
    assert again.status_code == 303
    with in_city(home):
        assert Booking.objects.get().number == number
        assert OutboxEvent.objects.filter(kind="card_reservation.pickup_booked").count() == 1
