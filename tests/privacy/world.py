"""One person in every table that can hold something of a person, and a look into all tables."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from django.db import connection
from psycopg import sql

from madoguchi.hooks.contracts.bookings import PickupBooked
from madoguchi.ledger.audit.actors import SYSTEM
from madoguchi.ledger.outbox import services as outbox
from madoguchi.ledger.outbox.models import OutboxEvent
from madoguchi.notifications import services as notifications
from madoguchi.notifications.models import Delivery
from madoguchi.residents import consents
from madoguchi.residents import services as residents
from plugins.card_management.models import Card
from plugins.card_management.rules.life_cycle import Action
from plugins.card_management.services.moving import move
from plugins.card_management.services.seeding import add_demo_cards
from plugins.card_management.tests.handover import matched
from plugins.card_reservation.models import Booking, BookingPerson, Slot

REFERENCE = "ZZK900001"
EMAIL = "kieru@canary.example"
KANA = "カナリア ハナコ"
BORN_ON = date(1979, 9, 9)


@dataclass(frozen=True)
class Planted:
    """What was planted about the person."""

    card: UUID
    booking: UUID
    contact: UUID
    number: str


def plant(*, now: datetime, days_ago: int = 3) -> Planted:
    """Let somebody be imported, agree, book, get mails, come and go home with the card."""
    add_demo_cards(
        cards=[
            {
                "reference": REFERENCE,
                "name": "金糸雀 花子",
                "name_kana": KANA,
                "born_on": BORN_ON.isoformat(),
                "address": "緑市カナリア町1-2-3",
            }
        ],
        now=now,
    )
    card = Card.objects.order_by("-created_at", "id").first()
    assert card is not None
    contact = residents.contact_for(email=EMAIL, language="ja", now=now)
    consents.agree(person=card.id, versions={"terms": 1}, language="ja", actor=SYSTEM, now=now)
    residents.issue(
        purpose="card_reservation.manage", contact_id=contact, expires_at=now + timedelta(days=1), now=now
    )
    booking = _book(card.id, contact, start=now - timedelta(days=days_ago), now=now)
    notifications.notify(
        kind="card_reservation.start_link",
        contact=contact,
        values={"link": "https://midori.example/canary"},
        key=f"canary:{booking.id}",
        now=now,
    )
    Delivery.objects.update(state="sent", settled_at=now)
    matched(card.id, now=now)
    move(card_id=card.id, action=Action.HAND_OVER, actor=SYSTEM, now=now)
    OutboxEvent.objects.filter(done_at=None).update(done_at=now)
    return Planted(card=card.id, booking=booking.id, contact=contact, number=booking.number)


def _book(pickup: UUID, contact: UUID, *, start: datetime, now: datetime) -> Booking:
    pattern = Slot.objects.earliest("starts_at")
    slot = Slot.objects.create(
        place_id=pattern.place_id,
        day=start.date(),
        starts_at=start,
        ends_at=start + timedelta(minutes=30),
        capacity=5,
        booked=1,
    )
    booking = Booking.objects.create(
        number="ZK77-0001"[:9],
        slot=slot,
        party_size=1,
        contact_id=contact,
        channel="web",
        key=uuid4(),
        request_hash=b"x" * 32,
        created_at=start,
        changed_at=start,
    )
    BookingPerson.objects.create(booking=booking, pickup=pickup)
    event = PickupBooked(
        booking_id=booking.id,
        number=booking.number,
        place_id=slot.place_id,
        slot_starts_at=start,
        pickups=(pickup,),
        channel="web",
        contact_id=contact,
    )
    outbox.publish(event=event, actor=SYSTEM, now=now)
    return booking


def contents() -> Mapping[str, list[str]]:
    """Read every row of every table of the city as text."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r'"
            " AND relnamespace = current_schema()::regnamespace ORDER BY relname"
        )
        names = [row[0] for row in cursor.fetchall()]
        found = {}
        for name in names:
            cursor.execute(sql.SQL("SELECT t::text FROM {} AS t ORDER BY 1").format(sql.Identifier(name)))
            found[name] = [row[0] for row in cursor.fetchall()]
    return found
