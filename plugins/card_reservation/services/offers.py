"""A free place is held for the first party in line that fits, until a stated time.

The hold counts in the slot as booked. Whoever offers may hold other slots and entries already, so a lock that
somebody else has is not waited for: they offer what is left themselves, or the next round does.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import ExpressionWrapper, F, IntegerField, Q, QuerySet, Value
from django.db.models.functions import Greatest

from madoguchi import clock
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import SYSTEM
from madoguchi.places import queries as places
from madoguchi.preferences import queries as preferences
from madoguchi.standing import standing
from madoguchi.tenancy import current_city
from plugins.card_reservation.declarations.settings import BookingSettings
from plugins.card_reservation.models import Slot, WaitingEntry, WaitingOffer
from plugins.card_reservation.queries import household
from plugins.card_reservation.queries.windows import taking_bookings
from plugins.card_reservation.rules.waiting import NOON, answer_by, part_of
from plugins.card_reservation.services import waiting_letters

AT_ONCE = 500
IN_LINE_AT_ONCE = 50

# Slots with room for somebody who may be asked about them, the soonest first, one piece after the other.
_WANTED = """
SELECT slot.id, slot.starts_at
  FROM card_reservation_slot AS slot
 WHERE slot.is_open AND slot.starts_at > %(now)s
   AND (slot.starts_at, slot.id) > (%(last_start)s, %(last_id)s)
   AND EXISTS (SELECT FROM card_reservation_waitingentry AS entry
                 LEFT JOIN card_reservation_booking AS booking ON booking.id = entry.booking_id
                 LEFT JOIN card_reservation_slot AS booked ON booked.id = booking.slot_id
                WHERE entry.state = 'waiting' AND entry.place_id = slot.place_id
                  AND entry.service_id = slot.service_id
                  AND slot.day BETWEEN entry.first_day AND entry.last_day
                  AND slot.capacity - slot.booked >= entry.party_size
                  AND (entry.part = '' OR (entry.part = 'am')
                       = (extract(hour FROM slot.starts_at AT TIME ZONE %(zone)s) < %(noon)s))
                  AND (booked.id IS NULL OR booked.starts_at > slot.starts_at)
                  AND NOT EXISTS (SELECT FROM card_reservation_waitingoffer AS offer
                                   WHERE offer.entry_id = entry.id AND offer.slot_id = slot.id)
                  AND (%(entry)s::uuid IS NULL OR entry.id = %(entry)s::uuid))
 ORDER BY slot.starts_at, slot.id LIMIT %(limit)s
"""


def offer_slot(*, slot_id: UUID, now: datetime) -> int:
    """Offer what is free of a slot to those who wait for it, first come first; count the offers."""
    with transaction.atomic():
        if not WaitingEntry.objects.filter(state=WaitingEntry.State.WAITING).exists():
            return 0
        slot = locked_at_once(slot_id=slot_id)
        until = None if slot is None else _held_until(slot, now)
        if slot is None or until is None or not slot.is_open:
            return 0
        return _offer_along(slot, until, now)


def _offer_along(slot: Slot, until: datetime, now: datetime) -> int:
    """Go along the line until the slot is full: whoever cannot come yet hides nobody behind them."""
    offered, passed = 0, set[UUID]()
    while batch := list(_in_line(slot).exclude(pk__in=passed)[:IN_LINE_AT_ONCE]):
        passed.update(entry.pk for entry in batch)
        offered += sum(_offer(entry, slot, until, now) for entry in batch if _can_come(entry, slot, until))
        slot.refresh_from_db(fields=["booked"])
    return offered


def locked_at_once(*, slot_id: UUID) -> Slot | None:
    """Lock a slot that nobody else has locked; nothing otherwise."""
    found = Slot.objects.select_for_update(skip_locked=True, no_key=True).filter(pk=slot_id)
    slot: Slot | None = found.first()
    return slot


def offer_everything(*, now: datetime, entry_id: UUID | None = None) -> int:
    """Offer every free place that somebody waits for, or one to one party alone; count offers."""
    offered, last = 0, (now, UUID(int=0))
    while found := _wanted(now, entry_id, last):
        for slot_id, _starts_at in found:
            offered += offer_slot(slot_id=slot_id, now=now)
            if offered and entry_id is not None:
                return offered
        last = (found[-1][1], found[-1][0])
    return offered


def _wanted(now: datetime, entry_id: UUID | None, last: tuple[datetime, UUID]) -> list[tuple[UUID, datetime]]:
    values = {
        "now": now,
        "entry": entry_id,
        "last_start": last[0],
        "last_id": last[1],
        "zone": str(clock.JAPAN),
        "noon": NOON,
        "limit": AT_ONCE,
    }
    with connection.cursor() as cursor:
        cursor.execute(_WANTED, values)
        return list(cursor.fetchall())


def release(*, offer: WaitingOffer, state: str, now: datetime) -> None:
    """Give back what a locked offer holds."""
    offer.state, offer.answered_at = state, now
    offer.save(update_fields=["state", "answered_at"])
    # What is held counts as booked, and what stands beyond the capacity is reckoned anew with it.
    left = F("booked") - offer.party_size
    over = ExpressionWrapper(left - F("capacity"), output_field=IntegerField())
    Slot.objects.filter(pk=offer.slot_id).update(booked=left, allowance=Greatest(over, Value(0)))


def _held_until(slot: Slot, now: datetime) -> datetime | None:
    """Find until when this slot may be held, if residents may book it until then."""
    if not standing(current_city().state).takes_bookings or not places.place(slot.place_id).is_public:
        return None
    hours = preferences.current(BookingSettings).offer_hours
    until = answer_by(now=clock.local(now), hours=hours, starts_at=slot.starts_at)
    if until is None:
        return None
    rules = taking_bookings(audience="resident", now=until, service_id=slot.service_id).get(slot.place_id)
    is_in_time = rules is not None and rules.window.has(slot.day) and slot.starts_at > until
    return until if is_in_time else None


def _can_come(entry: WaitingEntry, slot: Slot, until: datetime) -> bool:
    """Tell whether every card is there by then, also where the offer is answered at the last moment."""
    rules = taking_bookings(audience="resident", now=until, service_id=slot.service_id)[slot.place_id]
    if not rules.transport_days:
        return True
    pickups = list(entry.people.values_list("pickup", flat=True))
    return household.windows_for({slot.place_id: rules}, pickups)[slot.place_id].has(slot.day)


def _in_line(slot: Slot) -> QuerySet[WaitingEntry]:
    room = slot.capacity - slot.booked
    own_part = part_of(clock.local(slot.starts_at))
    line: QuerySet[WaitingEntry] = (
        WaitingEntry.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(
            Q(booking=None) | Q(booking__slot__starts_at__gt=slot.starts_at),
            state=WaitingEntry.State.WAITING,
            place_id=slot.place_id,
            service_id=slot.service_id,
            first_day__lte=slot.day,
            last_day__gte=slot.day,
            part__in=("", own_part),
            party_size__lte=room,
        )
        .exclude(pk__in=WaitingOffer.objects.filter(slot_id=slot.pk).values("entry_id"))
        .order_by("joined_at", "pk")
    )
    return line


def _offer(entry: WaitingEntry, slot: Slot, until: datetime, now: datetime) -> int:
    taken = Slot.objects.filter(
        pk=slot.pk, is_open=True, booked__lte=F("capacity") - entry.party_size
    ).update(booked=F("booked") + entry.party_size)
    if not taken:
        return 0
    entry.state, entry.changed_at = WaitingEntry.State.OFFERED, now
    entry.save(update_fields=["state", "changed_at"])
    offer = WaitingOffer.objects.create(
        entry=entry, slot=slot, party_size=entry.party_size, offered_at=now, held_until=until
    )
    details: dict[str, Any] = {"starts_at": slot.starts_at.isoformat(), "held_until": until.isoformat()}
    audit.record(
        actor=SYSTEM,
        action="card_reservation.offer_place",
        object_type="waiting_entry",
        object_ids=[str(entry.pk), str(offer.pk)],
        details=details,
        now=now,
    )
    waiting_letters.offer(offer=offer, entry=entry, slot=slot, now=now)
    return 1
