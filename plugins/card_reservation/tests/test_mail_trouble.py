"""A resident whose telephone keeps our mails away learns it on the next page, and how to let them in."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import uuid4

import dkim
import pytest
from django.test import Client

from madoguchi.hooks.contracts.bookings import PickupBooked
from madoguchi.hooks.contracts.eyes import EVERYTHING, Eyes
from madoguchi.ledger.audit.actors import SYSTEM
from madoguchi.ledger.outbox.models import OutboxEvent
from madoguchi.notifications import bounces, return_paths, senders, suppressions, trouble
from madoguchi.notifications.channels import names
from madoguchi.notifications.events import DeliveryQueued
from madoguchi.notifications.models import Delivery, DeliveryState, Mailing
from madoguchi.notifications.sending import send_delivery
from madoguchi.notifications.tests import reports
from madoguchi.notifications.tests.conftest import sink
from madoguchi.notifications.tests.sink import Sink
from madoguchi.residents.services import contact_for, issue
from madoguchi.tenancy import City
from madoguchi.web import signing
from plugins.card_reservation import queries
from plugins.card_reservation.models import Booking
from plugins.card_reservation.services import audience, booking, letters, links, moving
from plugins.card_reservation.tests.test_booking import RESIDENT, request_for

__all__ = ["sink"]
pytestmark = pytest.mark.django_db
EMAIL = "hanako@docomo.ne.jp"
Slots = Callable[[int], list[queries.SlotView]]


@pytest.fixture
def booked(free_slots: Slots, now: datetime, home: City) -> booking.Receipt:
    """A booking whose confirmation waits to be written."""
    contact = contact_for(email=EMAIL, language="ja", now=now)
    request = request_for(free_slots(1)[0].id, uuid4(), contact_id=contact)
    return booking.book(request=request, actor=RESIDENT, now=now)


@pytest.fixture
def done_page(booked: booking.Receipt, now: datetime) -> str:
    """The page after booking, which survives a reload."""
    signed = signing.sign({"booking": str(booked.booking_id)}, purpose="booking-done", now=now)
    return f"/booking/done/{signed}/"


def confirm(now: datetime) -> Delivery:
    """Write the newest confirmation and send it, as the relay does."""
    kept = OutboxEvent.objects.filter(kind=PickupBooked.kind).latest("id")
    letters.confirm(event=PickupBooked.from_payload(kept.payload), key=uuid4(), actor=SYSTEM, now=now)
    delivery = Delivery.objects.get(state=DeliveryState.QUEUED)
    send_delivery(event=DeliveryQueued(delivery_id=delivery.id), key=uuid4(), actor=SYSTEM, now=now)
    delivery.refresh_from_db()
    return delivery


def text(client: Client, address: str) -> str:
    """Read a page."""
    return client.get(address).content.decode()


def own_sender(now: datetime, monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """Let the city write in its own name: the DNS is set, looked up and only then believed."""
    zone: dict[str, list[str]] = {}
    monkeypatch.setattr(names, "texts_of", lambda name: zone.get(name, []))
    sender = senders.set_up(address="yoyaku@city.midori.lg.jp", actor=SYSTEM, now=now)
    with pytest.raises(senders.NotProven):
        senders.take_into_use(actor=SYSTEM, now=now)
    zone.update({record.name: [record.value] for record in senders.records(sender)})
    senders.check(sender_id=sender.pk, now=now)
    senders.take_into_use(actor=SYSTEM, now=now)
    return zone


@pytest.mark.req("DES-09")
def test_from_the_mail_that_comes_back_to_the_mail_that_arrives(
    done_page: str,
    booked: booking.Receipt,
    resident: Client,
    clerk: Client,
    sink: Sink,
    now: datetime,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings.MADOGUCHI = {**settings.MADOGUCHI, "BOUNCE_HOST": "bounces.example.jp"}
    zone = own_sender(now, monkeypatch)
    delivery = confirm(now)
    assert dkim.verify(
        sink.raw[0], dnsfunc=lambda name, timeout=5: zone[name.decode().rstrip(".")][0].encode()
    )
    assert "メールが届いていません" not in text(resident, done_page)
    # The telephone company sends it back: the resident is told on the next page.
    path = return_paths.write(delivery_id=delivery.id)
    bounces.take_in(
        raw=reports.bounce(path, said="550 5.7.1 rejected", status="5.7.1"), recipient=path, now=now
    )
    page = text(resident, done_page)
    assert "メールが届いていません" in page
    assert "yoyaku@city.midori.lg.jp からのメールを受け取れるように" in page
    assert "My docomo" in page
    detail = text(clerk, f"/reservations/{booked.booking_id}/")
    assert "この方のメールアドレスへの送信を止めています" in detail
    assert "相手の受信設定で断られました" in detail
    assert confirm(now).state == DeliveryState.SUPPRESSED
    # Once lifted, mails leave again; a complaint marks the address as well.
    [entry] = suppressions.standing_of(contact_id=delivery.contact_id)
    clerk.post(f"/messages/suppressed/{entry.pk}/lift/")
    again = confirm(now)
    assert again.state == DeliveryState.SENT
    assert "メールが届いていません" not in text(resident, done_page)
    path = return_paths.write(delivery_id=again.id)
    bounces.take_in(raw=reports.complaint(path, path=path), recipient=path, now=now)
    assert suppressions.reasons_of(contact_id=delivery.contact_id) == {suppressions.Reason.COMPLAINED}


def test_nobody_learns_what_became_of_mails_by_typing_an_address(
    booked: booking.Receipt, sink: Sink, now: datetime, home: City
) -> None:
    sink.answers[EMAIL] = "550 5.7.1 rejected"
    assert confirm(now).state == DeliveryState.BOUNCED
    # That was no mail that whoever types has just asked for.
    assert trouble.of_address(email=EMAIL, now=now) is None


def test_the_link_that_arrives_ends_the_suppression(
    booked: booking.Receipt, sink: Sink, now: datetime
) -> None:
    sink.answers[EMAIL] = "550 5.7.1 rejected"
    contact = confirm(now).contact_id
    token = issue(
        purpose=links.START,
        contact_id=contact,
        payload={"pickups": [[str(uuid4()), "SAM000001"]]},
        expires_at=now.replace(year=now.year + 1),
        now=now,
    )
    links.use_start_link(token=token, now=now)
    assert not suppressions.reasons_of(contact_id=contact)


def test_a_mailing_finds_the_visits_still_to_come(
    booked: booking.Receipt, free_slots: Slots, now: datetime, clerk: Client
) -> None:
    found = audience.find(answers={}, eyes=EVERYTHING, now=now)
    assert [about for _contact, about in found] == [booked.booking_id]
    day = Booking.objects.get(pk=booked.booking_id).slot.day.isoformat()
    assert audience.find(answers={"first_day": day, "last_day": day}, eyes=EVERYTHING, now=now)
    assert not audience.find(answers={"last_day": "2020-01-01"}, eyes=EVERYTHING, now=now)
    assert not audience.find(answers={"place": str(uuid4())}, eyes=EVERYTHING, now=now)
    assert not audience.find(answers={}, eyes=Eyes(places=frozenset({uuid4()})), now=now)
    values = audience.values(about=booked.booking_id, language="en", now=now)
    assert values is not None
    assert values["number"] == Booking.objects.get(pk=booked.booking_id).number
    moving.cancel(booking_id=booked.booking_id, actor=RESIDENT, now=now)
    assert audience.values(about=booked.booking_id, language="ja", now=now) is None
    assert not Mailing.objects.exists()
