"""Who did not come: listed once the counter is closed, free to book again, asked to by one mail."""

import csv
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from madoguchi import clock
from madoguchi.hooks.contracts.eyes import EVERYTHING
from madoguchi.ledger.audit.actors import SYSTEM
from madoguchi.notifications.events import DeliveryQueued
from madoguchi.notifications.models import Delivery, DeliveryState
from madoguchi.notifications.sending import send_delivery
from madoguchi.notifications.tests.conftest import sink
from madoguchi.notifications.tests.sink import Sink
from madoguchi.places import queries as places
from madoguchi.preferences import services as preferences
from madoguchi.residents.services import contact_for
from madoguchi.testing.factories import StaffFactory, sign_in
from plugins.card_reservation import queries, tasks
from plugins.card_reservation.models import Booking, BookingPerson, Slot
from plugins.card_reservation.services import booking, moving, nudging, visits
from plugins.card_reservation.services.listing import no_shows
from plugins.card_reservation.services.refusals import AlreadyBooked
from plugins.card_reservation.tests.stand_ins import People
from plugins.card_reservation.tests.test_booking import RESIDENT, request_for

__all__ = ["sink"]
pytestmark = pytest.mark.django_db
Slots = Callable[[int], list[queries.SlotView]]


@pytest.fixture
def pickup(people: People) -> UUID:
    """The card of who does not come."""
    return people.add("KB1234", "0229")


@pytest.fixture
def visit(free_slots: Slots, now: datetime, pickup: UUID) -> Booking:
    """A visit with an address, to which nobody came; next to it one that somebody marked."""
    contact = contact_for(email="hanako@example.jp", language="ja", now=now)
    slot = free_slots(1)[0]
    receipt = booking.book(request=request_for(slot.id, pickup, contact_id=contact), actor=RESIDENT, now=now)
    other = booking.book(request=request_for(slot.id, uuid4()), actor=RESIDENT, now=now)
    Booking.objects.filter(pk=other.booking_id).update(visit="arrived")
    return Booking.objects.select_related("slot").get(pk=receipt.booking_id)


def closing(visit: Booking) -> datetime:
    """Tell when the last visit of the day is over and the counter closes."""
    last = Slot.objects.filter(place=visit.slot.place, day=visit.slot.day).order_by("-ends_at")[0]
    periods = places.hours_of_day(visit.slot.day).get(visit.slot.place_id, ())
    closes = [datetime.combine(visit.slot.day, period.closes, tzinfo=clock.JAPAN) for period in periods]
    return max([last.ends_at, *closes])


def missing(now: datetime) -> list[UUID]:
    return [row.booking_id for row in no_shows(now=now, eyes=EVERYTHING).piece(first=0, count=50)]


def next_morning(visit: Booking, *, days: int = 1, hour: int = 10) -> datetime:
    day = clock.local(visit.slot.starts_at) + timedelta(days=days)
    return day.replace(hour=hour, minute=20)


def send_all(now: datetime) -> list[str]:
    """Do what the relay does, and tell how each mail ended."""
    waiting = Delivery.objects.filter(state=DeliveryState.QUEUED, kind=nudging.NUDGE.name)
    for delivery in waiting:
        send_delivery(event=DeliveryQueued(delivery_id=delivery.id), key=uuid4(), actor=SYSTEM, now=now)
    return list(Delivery.objects.filter(kind=nudging.NUDGE.name).values_list("state", flat=True))


def mark_arrived(visit: Booking, now: datetime) -> None:
    visits.mark(booking_id=visit.id, visit="arrived", actor=SYSTEM, now=now, eyes=EVERYTHING)


@pytest.mark.req("KUR-44")
def test_no_shows_are_listed_after_closing_and_leave_the_list_when_they_come_late(
    visit: Booking, sink: Sink
) -> None:
    over = closing(visit) + timedelta(minutes=30)
    assert missing(over - timedelta(minutes=1)) == []
    assert missing(over) == [visit.id]
    with clock.frozen_at(over):
        chief = sign_in(
            Client(headers={"host": "staff.midori.localhost"}), StaffFactory.create(roles=["city_admin"])
        )
        query = f"/reservations/missed/?first_day={visit.slot.day}&last_day={visit.slot.day}"
        assert visit.number in chief.get(query).content.decode()
        file = chief.get(f"{query}&as=csv").content.decode("utf-8-sig")
        assert [line[2] for line in list(csv.reader(file.splitlines()))[1:2]] == [visit.number]
        assert "&amp;as=sheet" in chief.get(f"{query}&as=pdf").content.decode()
        sheet = chief.get(f"{query}&as=sheet")
        assert sheet["Content-Type"] == "application/pdf"
        assert sheet["Content-Disposition"].startswith("inline")
        # Staff mark somebody who came late: off the list, and no mail.
        mark_arrived(visit, over)
        assert visit.number not in chief.get(query).content.decode()
    assert missing(over) == []
    assert nudging.send_nudges(now=next_morning(visit)) == 0


def test_who_is_marked_as_absent_is_on_the_list_at_once(visit: Booking) -> None:
    now = visit.slot.starts_at + timedelta(minutes=20)
    visits.mark(booking_id=visit.id, visit="absent", actor=SYSTEM, now=now, eyes=EVERYTHING)
    assert missing(now) == [visit.id]


@pytest.mark.req("KUR-45")
def test_one_mail_asks_to_book_again_unless_the_card_is_gone_or_a_new_time_is_booked(
    visit: Booking, pickup: UUID, people: People, sink: Sink, free_slots: Slots, resident: Client
) -> None:
    morning = next_morning(visit)
    assert nudging.send_nudges(now=next_morning(visit, hour=7)) == 0
    assert nudging.send_nudges(now=closing(visit) + timedelta(minutes=40)) == 0
    assert nudging.let_go(now=morning) == 1
    assert nudging.send_nudges(now=morning) == 1
    assert send_all(morning) == ["sent"]
    # Once: not an hour later, not the day after.
    assert nudging.send_nudges(now=morning + timedelta(hours=1)) == 0
    assert nudging.send_nudges(now=next_morning(visit, days=2)) == 0
    part = sink.mails[0].get_body(("plain",))
    assert part is not None
    letter = part.get_content()
    assert visit.number in letter
    path = next(line for line in letter.splitlines() if "/booking/start/" in line).split(".localhost")[1]
    with clock.frozen_at(morning):
        assert resident.get(path[path.index("/") :]).status_code == 200
    # The link leads to a second booking of the same card.
    slot = queries.nearest_free(
        place_id=visit.slot.place_id, after=morning, party_size=1, limit=1, now=morning
    )[0]
    again = booking.book(request=request_for(slot.id, pickup), actor=RESIDENT, now=morning)
    assert BookingPerson.objects.filter(booking_id=again.booking_id, active=True).exists()


def test_no_mail_goes_to_who_has_the_card_a_new_time_or_came_late_meanwhile(
    visit: Booking, pickup: UUID, people: People, sink: Sink
) -> None:
    morning = next_morning(visit)
    nudging.let_go(now=morning)
    known = people.names[pickup]
    people.names[pickup] = replace(known, is_waiting=False)
    assert nudging.send_nudges(now=morning) == 0
    people.names[pickup] = known
    slot = queries.nearest_free(
        place_id=visit.slot.place_id, after=morning, party_size=1, limit=1, now=morning
    )[0]
    again = booking.book(request=request_for(slot.id, pickup), actor=RESIDENT, now=morning)
    assert nudging.send_nudges(now=morning) == 0
    BookingPerson.objects.filter(booking_id=again.booking_id).delete()
    assert nudging.send_nudges(now=morning) == 1
    # Between the queue and the relay somebody came late.
    mark_arrived(visit, morning)
    assert send_all(morning) == ["dropped"]
    assert sink.mails == []


def test_a_place_that_marks_no_visits_writes_to_nobody(visit: Booking) -> None:
    Booking.objects.update(visit="")
    assert nudging.send_nudges(now=next_morning(visit)) == 0


def test_a_city_may_send_no_nudges(visit: Booking) -> None:
    preferences.change(plugin="card_reservation", values={"nudge_days": 0}, actor=SYSTEM, now=clock.now())
    assert nudging.send_nudges(now=next_morning(visit)) == 0


def test_the_task_lets_go_and_writes(visit: Booking, sink: Sink) -> None:
    with clock.frozen_at(next_morning(visit)):
        tasks.follow_no_shows.run()
    assert Delivery.objects.filter(kind=nudging.NUDGE.name).count() == 1
    assert not BookingPerson.objects.filter(booking=visit, active=True).exists()


def test_staff_give_a_missed_visit_another_time_and_it_counts_from_then(
    visit: Booking, pickup: UUID, sink: Sink
) -> None:
    morning = next_morning(visit)
    visits.mark(booking_id=visit.id, visit="absent", actor=SYSTEM, now=morning, eyes=EVERYTHING)
    nudging.let_go(now=morning)
    assert nudging.send_nudges(now=morning) == 1
    later = next_slot(visit, morning)
    moving.move(booking_id=visit.id, slot_id=later.id, key=uuid4(), actor=SYSTEM, now=morning)
    assert missing(morning) == []
    assert send_all(morning) == ["dropped"]
    with pytest.raises(AlreadyBooked):
        booking.book(request=request_for(later.id, pickup), actor=RESIDENT, now=morning)
    # Nobody comes again: that is another visit missed, and another mail.
    visit.refresh_from_db()
    other = booking.book(request=request_for(later.id, uuid4()), actor=RESIDENT, now=morning)
    Booking.objects.filter(pk=other.booking_id).update(visit="arrived")
    assert missing(next_morning(visit)) == [visit.id]
    assert nudging.send_nudges(now=next_morning(visit)) == 1


def test_who_has_booked_anew_is_not_given_a_second_time(visit: Booking, pickup: UUID) -> None:
    morning = next_morning(visit)
    nudging.let_go(now=morning)
    later = next_slot(visit, morning)
    booking.book(request=request_for(later.id, pickup), actor=RESIDENT, now=morning)
    with pytest.raises(AlreadyBooked):
        moving.move(booking_id=visit.id, slot_id=later.id, key=uuid4(), actor=SYSTEM, now=morning)


def next_slot(visit: Booking, now: datetime) -> queries.SlotView:
    """Find the next free time."""
    [found] = queries.nearest_free(
        place_id=visit.slot.place_id, after=now + timedelta(days=3), party_size=1, limit=1, now=now
    )
    return found


def test_people_are_held_before_slots_when_a_missed_visit_moves(
    visit: Booking,
) -> None:
    morning = next_morning(visit)
    nudging.let_go(now=morning)
    later = next_slot(visit, morning)
    with CaptureQueriesContext(connection) as caught:
        moving.move(booking_id=visit.id, slot_id=later.id, key=uuid4(), actor=SYSTEM, now=morning)
    asked = [each["sql"] for each in caught]
    held = next(at for at, sql in enumerate(asked) if 'UPDATE "card_reservation_bookingperson"' in sql)
    locked = next(
        at for at, sql in enumerate(asked) if '"card_reservation_slot"' in sql and "FOR UPDATE" in sql
    )
    assert held < locked
