"""A mail some days before the visit: once, at the hour of the city, and of the visit as it stands."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from madoguchi import clock
from madoguchi.ledger.audit.actors import SYSTEM
from madoguchi.notifications.events import DeliveryQueued
from madoguchi.notifications.models import Delivery, DeliveryState
from madoguchi.notifications.sending import send_delivery
from madoguchi.notifications.tests.conftest import sink
from madoguchi.notifications.tests.sink import Sink
from madoguchi.preferences import services as preferences
from madoguchi.residents.services import contact_for
from plugins.card_reservation import queries, tasks
from plugins.card_reservation.models import Booking, Slot
from plugins.card_reservation.services import booking, moving
from plugins.card_reservation.services.reminders import REMINDER, send_reminders
from plugins.card_reservation.tests.test_booking import RESIDENT, request_for

__all__ = ["sink"]
pytestmark = pytest.mark.django_db
Slots = Callable[[int], list[queries.SlotView]]


@pytest.fixture
def visit(free_slots: Slots, now: datetime) -> Booking:
    """A visit with an address, booked some time ago."""
    contact = contact_for(email="hanako@example.jp", language="ja", now=now)
    request = request_for(free_slots(1)[0].id, uuid4(), contact_id=contact)
    receipt = booking.book(request=request, actor=RESIDENT, now=now)
    Booking.objects.filter(pk=receipt.booking_id).update(created_at=now - timedelta(days=40))
    return Booking.objects.select_related("slot").get(pk=receipt.booking_id)


def at(visit: Booking, *, days: int, hour: int) -> datetime:
    """Go to an hour so many days before the visit."""
    day = clock.local(visit.slot.starts_at) - timedelta(days=days)
    return day.replace(hour=hour, minute=5)


def choose(**values: int) -> None:
    """Choose when the city reminds."""
    preferences.change(plugin="card_reservation", values=values, actor=SYSTEM, now=clock.now())


def send_all(now: datetime) -> list[str]:
    """Do what the relay does, and tell how each mail ended."""
    waiting = Delivery.objects.filter(state=DeliveryState.QUEUED, kind=REMINDER.name)
    for delivery in waiting.order_by("created_at"):
        send_delivery(event=DeliveryQueued(delivery_id=delivery.id), key=uuid4(), actor=SYSTEM, now=now)
    kept = Delivery.objects.filter(kind=REMINDER.name).order_by("created_at")
    return [delivery.state for delivery in kept]


@pytest.mark.req("KUR-62")
def test_reminders_are_sent_once_at_their_hour_and_never_for_what_is_no_longer_so(
    visit: Booking, free_slots: Slots, sink: Sink
) -> None:
    choose(reminder_days=3, second_reminder_days=1, reminder_hour=9)
    for hour in (8, 9, 10, 11):  # the beat comes round and was started again in between
        send_reminders(now=at(visit, days=3, hour=hour))
        assert Delivery.objects.count() == (0 if hour == 8 else 1)
    for days in (4, 2):
        send_reminders(now=at(visit, days=days, hour=12))
    assert send_all(at(visit, days=3, hour=9)) == [DeliveryState.SENT]
    [arrived] = sink.mails
    assert arrived["Subject"] == "ご予約の日が近づきました"
    part = arrived.get_body(("plain",))
    assert part is not None
    assert visit.number in part.get_content()
    assert "/booking/manage/" in part.get_content()
    # The second reminder waits in the outbox while the visit is moved: it is not sent as it was.
    send_reminders(now=at(visit, days=1, hour=9))
    before = Slot.objects.get(pk=visit.slot_id)
    later = Slot.objects.filter(day__gt=before.day, is_open=True).order_by("starts_at").first()
    assert later is not None
    now = at(visit, days=1, hour=9) - timedelta(days=20)
    moving.move(booking_id=visit.pk, slot_id=later.pk, key=uuid4(), actor=RESIDENT, now=now)
    assert send_all(at(visit, days=1, hour=10)) == [DeliveryState.SENT, DeliveryState.DROPPED]
    # The new day has reminders of its own; a cancelled visit has none, queued or not.
    visit.refresh_from_db()
    send_reminders(now=at(visit, days=3, hour=9))
    moving.cancel(booking_id=visit.pk, actor=RESIDENT, now=now)
    assert send_all(at(visit, days=3, hour=10))[-1] == DeliveryState.DROPPED
    assert send_reminders(now=at(visit, days=1, hour=9)) == 0
    assert len(sink.mails) == 1


def test_a_city_may_send_none_and_who_booked_today_was_told_already(visit: Booking) -> None:
    choose(reminder_days=0, second_reminder_days=0)
    assert send_reminders(now=at(visit, days=3, hour=9)) == 0
    choose(reminder_days=3)
    Booking.objects.filter(pk=visit.pk).update(created_at=at(visit, days=3, hour=8))
    assert send_reminders(now=at(visit, days=3, hour=9)) == 0
    assert not Delivery.objects.exists()


def test_later_rounds_of_a_day_count_nobody_and_ask_no_more_for_more_visits(
    visit: Booking, now: datetime, django_assert_max_num_queries: Any
) -> None:
    choose(reminder_days=3)
    for name in ("taro", "jiro", "saburo"):
        contact = contact_for(email=f"{name}@example.jp", language="ja", now=now)
        booking.book(request=request_for(visit.slot_id, uuid4(), contact_id=contact), actor=RESIDENT, now=now)
    Booking.objects.update(created_at=visit.created_at)
    assert send_reminders(now=at(visit, days=3, hour=9)) == 4
    with django_assert_max_num_queries(3):
        assert send_reminders(now=at(visit, days=3, hour=10)) == 0
    assert Delivery.objects.filter(kind=REMINDER.name).count() == 4


def test_the_task_asks_the_clock(visit: Booking) -> None:
    with clock.frozen_at(at(visit, days=3, hour=9)):
        tasks.send_reminders.run()
    assert Delivery.objects.filter(kind=REMINDER.name, about=visit.pk).count() == 1
