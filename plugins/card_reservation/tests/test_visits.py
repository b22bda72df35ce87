"""Who came and who did not: one by one, many at once, from a reader, and taken back."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from madoguchi import clock
from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.testing.factories import StaffFactory, sign_in
from plugins.card_reservation.models import Booking
from plugins.card_reservation.queries.values import SlotView
from plugins.card_reservation.tests.stand_ins import People

pytestmark = pytest.mark.django_db
NUMBERS = ("ABC123456", "DEF123456", "GHI123456")


@pytest.fixture
def slot(free_slots: Any) -> SlotView:
    found: SlotView = free_slots(1)[0]
    return found


@pytest.fixture
def booked(clerk: Client, people: People, slot: SlotView) -> list[Booking]:
    """Three bookings of one time."""
    for number in NUMBERS:
        people.add(number, "0229")
        entry = {
            "reference": number,
            "birthday": "0229",
            "slot": str(slot.id),
            "key": str(uuid4()),
            "email": "",
        }
        assert clerk.post("/reservations/new/", entry).status_code == 303
    return list(Booking.objects.order_by("number"))


@pytest.fixture
def at_the_desk(booked: list[Booking], slot: SlotView) -> Iterator[Client]:
    """A clerk on the day, five minutes after the time."""
    with clock.frozen_at(slot.starts_at + timedelta(minutes=5)):
        yield sign_in(
            Client(headers={"host": "staff.midori.localhost"}), StaffFactory.create(roles=["counter_clerk"])
        )


def mark(browser: Client, booking: Booking, visit: str) -> str:
    answer = browser.post(f"/reservations/{booking.id}/visit/", {"visit": visit}, follow=True)
    page: str = answer.content.decode()
    return page


def way_back(page: str) -> str:
    found = re.search(r'action="(/undo/[^"]+)"', page)
    assert found is not None
    return found[1]


def test_a_visit_is_marked_written_down_and_taken_back(at_the_desk: Client, booked: list[Booking]) -> None:
    page = mark(at_the_desk, booked[0], "arrived")
    assert "「来庁済み」にしました" in page
    assert Booking.objects.get(pk=booked[0].pk).visit == "arrived"
    assert AuditEntry.objects.filter(action="card_reservation.mark_visit").count() == 1
    at_the_desk.post(way_back(page))
    assert Booking.objects.get(pk=booked[0].pk).visit == ""
    assert AuditEntry.objects.filter(action="card_reservation.mark_visit").count() == 2
    at_the_desk.post(way_back(page))
    assert AuditEntry.objects.filter(action="card_reservation.mark_visit").count() == 2, "undone once"


def test_what_somebody_changed_since_is_not_undone(at_the_desk: Client, booked: list[Booking]) -> None:
    page = mark(at_the_desk, booked[0], "arrived")
    Booking.objects.filter(pk=booked[0].pk).update(visit="absent")
    answer = at_the_desk.post(way_back(page), follow=True).content.decode()
    assert "別の変更があった" in answer
    assert Booking.objects.get(pk=booked[0].pk).visit == "absent"


def test_nobody_comes_before_the_day_or_is_missed_before_the_time(
    clerk: Client, booked: list[Booking], slot: SlotView
) -> None:
    assert "予約の日からです" in mark(clerk, booked[0], "arrived")
    with clock.frozen_at(slot.starts_at - timedelta(minutes=5)):
        early = sign_in(
            Client(headers={"host": "staff.midori.localhost"}), StaffFactory.create(roles=["counter_clerk"])
        )
        assert "予約の時間になるまでは" in mark(early, booked[0], "absent")
    assert Booking.objects.get(pk=booked[0].pk).visit == ""


def test_many_are_marked_at_once_with_a_refusal_for_each_that_cannot_be(
    at_the_desk: Client, booked: list[Booking]
) -> None:
    day = clock.today().isoformat()
    page = at_the_desk.get(f"/reservations/?day={day}").content.decode()
    found = re.search(r'name="ticket" value="([^"]+)"', page)
    assert found is not None
    Booking.objects.filter(pk=booked[2].pk).update(state="cancelled")
    asked = {"ticket": found[1], "action": "card_reservation.arrived", "all_found": "1"}
    confirm = at_the_desk.post("/jobs/bulk/", asked)
    shown = at_the_desk.get(confirm["Location"]).content.decode()
    assert "3件" in shown
    assert "見本" not in shown, "a confirmation names bookings, not people"
    done = at_the_desk.post(confirm["Location"], follow=True).content.decode()
    assert "この予約は取り消されています" in done
    assert Booking.objects.filter(visit="arrived").count() == 2
    at_the_desk.post(way_back(done))
    assert Booking.objects.filter(visit="arrived").count() == 0


def test_a_number_from_a_reader_opens_its_booking_on_whatever_day(
    clerk: Client, at_the_desk: Client, booked: list[Booking]
) -> None:
    number = booked[1].number
    for typed in (number, f" {number}\n"):
        answer = at_the_desk.get("/reservations/", {"day": "2020-01-01", "words": typed})
        assert answer["Location"] == f"/reservations/{booked[1].id}/"
    day = clock.today().isoformat()
    answer = at_the_desk.get("/reservations/", {"day": day, "words": "ＡＢＣ１２３４５６"})
    assert answer.status_code == 302
    assert at_the_desk.get("/reservations/", {"day": day, "words": "見本"}).status_code == 200


def test_the_home_names_who_is_late_first(at_the_desk: Client, slot: SlotView) -> None:
    page = at_the_desk.get("/").content.decode()
    assert "これから来庁する予約" in page
    with clock.frozen_at(slot.ends_at + timedelta(minutes=1)):
        page = at_the_desk.get("/").content.decode()
        assert "時間を過ぎた予約に来庁の印がありません" in page
        assert "遅れ" in page
