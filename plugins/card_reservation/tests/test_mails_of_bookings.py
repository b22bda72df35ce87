"""What a resident is told of a booking: one mail for one event, and what it holds."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client

from madoguchi import clock
from madoguchi.hooks.contracts.bookings import BookingEvent, PickupBooked, PickupCancelled, PickupMoved
from madoguchi.ledger.audit.actors import SYSTEM
from madoguchi.notifications.events import DeliveryQueued
from madoguchi.notifications.models import Delivery, DeliveryState
from madoguchi.notifications.sending import send_delivery
from madoguchi.notifications.tests.conftest import sink
from madoguchi.notifications.tests.sink import Sink
from madoguchi.residents.services import contact_for
from madoguchi.testing.factories import StaffFactory, sign_in
from madoguchi.web.dates import japanese_time
from plugins.card_reservation import queries
from plugins.card_reservation.models import Booking
from plugins.card_reservation.services import booking, moving
from plugins.card_reservation.tests.stand_ins import People
from plugins.card_reservation.tests.test_booking import RESIDENT, request_for
from plugins.card_reservation.tests.test_letters import hear

__all__ = ["sink"]
pytestmark = pytest.mark.django_db
Slots = Callable[[int], list[queries.SlotView]]


@pytest.fixture
def slots(free_slots: Slots) -> list[queries.SlotView]:
    """Some free times."""
    return free_slots(4)


@pytest.fixture
def booked(slots: list[queries.SlotView], now: datetime, people: People) -> Booking:
    """A booking of two with an address."""
    contact = contact_for(email="hanako@example.jp", language="ja", now=now)
    pickups = [people.add("KB0001", "0229"), people.add("KB0002", "0301")]
    request = request_for(slots[0].id, *pickups, contact_id=contact)
    receipt = booking.book(request=request, actor=RESIDENT, now=now)
    return Booking.objects.select_related("slot").get(pk=receipt.booking_id)


@pytest.fixture
def admin() -> Client:
    """The browser of the city's administrator."""
    return sign_in(
        Client(headers={"host": "staff.midori.localhost"}), StaffFactory.create(roles=["city_admin"])
    )


def relay(kind: type[BookingEvent], now: datetime) -> list[str]:
    """Do what the relay does with the newest event of a kind: write and send; tell how each mail ended."""
    hear(kind, now)
    hear(kind, now)  # a relay that was killed does it again
    for delivery in Delivery.objects.filter(state=DeliveryState.QUEUED):
        send_delivery(event=DeliveryQueued(delivery_id=delivery.id), key=uuid4(), actor=SYSTEM, now=now)
    name = {PickupBooked: "booked", PickupMoved: "moved", PickupCancelled: "cancelled"}[kind]
    found = Delivery.objects.filter(kind=f"card_reservation.{name}")
    return list(found.values_list("state", flat=True))


def written(mail: Any) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


@pytest.mark.req("KUR-60")
def test_the_confirmation_says_where_when_how_many_and_what_to_bring_and_a_bounce_is_seen_by_staff(
    booked: Booking, slots: list[queries.SlotView], admin: Client, sink: Sink, now: datetime
) -> None:
    assert relay(PickupBooked, now) == ["sent"]
    [mail] = sink.mails
    text = written(mail)
    for word in (
        booked.number,
        booked.slot.place.name,
        japanese_time(booked.slot.starts_at),
        "2人",
        "持ち物",
    ):
        assert word in text
    assert "/booking/manage/" in text
    [calendar] = [part for part in mail.iter_attachments() if part.get_content_type() == "text/calendar"]
    assert "BEGIN:VEVENT" in str(calendar.get_content())
    assert booked.number not in admin.get("/reservations/list/?mail=failed").content.decode()
    # Another address does not exist.
    sink.answers["nobody@example.jp"] = "550 5.1.1 no such user"
    contact = contact_for(email="nobody@example.jp", language="ja", now=now)
    request = request_for(slots[1].id, uuid4(), contact_id=contact)
    other = booking.book(request=request, actor=RESIDENT, now=now)
    assert sorted(relay(PickupBooked, now)) == ["bounced", "sent"]
    page = admin.get("/reservations/list/?mail=failed").content.decode()
    assert other.number in page
    assert "届きません" in page
    assert booked.number not in page


def change(browser: Client, booking_id: UUID, what: str, **sent: str) -> None:
    answer = browser.post(f"/reservations/{booking_id}/{what}/", sent)
    assert answer.status_code == 303, answer.content.decode()


@pytest.mark.req("KUR-61")
def test_one_mail_goes_out_for_each_change_and_none_where_staff_take_the_tick_away(
    booked: Booking, slots: list[queries.SlotView], clerk: Client, sink: Sink, now: datetime
) -> None:
    # The resident moves: one mail.
    moving.move(booking_id=booked.id, slot_id=slots[1].id, key=uuid4(), actor=RESIDENT, now=now)
    assert relay(PickupMoved, now) == ["sent"]
    assert japanese_time(slots[1].starts_at) in written(sink.mails[-1])
    # Staff move with the tick, which is set from the start: one more.
    page = clerk.get(f"/reservations/{booked.id}/move/").content.decode()
    assert "住民にメールで知らせる" in page
    change(clerk, booked.id, "move", slot=str(slots[2].id), key=str(uuid4()), tell="on")
    assert relay(PickupMoved, clock.now()) == ["sent", "sent"]
    # Without it the booking moves in silence.
    change(clerk, booked.id, "move", slot=str(slots[3].id), key=str(uuid4()))
    assert relay(PickupMoved, clock.now()) == ["sent", "sent"]
    assert Booking.objects.get().slot_id == slots[3].id
    # A cancellation is told once.
    change(clerk, booked.id, "cancel", confirmed="on", tell="on")
    assert relay(PickupCancelled, clock.now()) == ["sent"]
    assert len(sink.mails) == 3


def test_a_cancellation_may_be_silent(booked: Booking, clerk: Client, sink: Sink) -> None:
    change(clerk, booked.id, "cancel", confirmed="on")
    assert relay(PickupCancelled, clock.now()) == []
    assert sink.mails == []
