"""Slots come from opening hours; the horizon moves on every night."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import connection, transaction

from madoguchi import clock
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import SYSTEM
from madoguchi.places import queries as places
from plugins.card_reservation.models import PlaceRules, Slot
from plugins.card_reservation.rules.slots import Period, PlannedSlot, plan_day

AHEAD = timedelta(days=7)
"""Slots exist a week longer than anybody may book, so that a missed night is never seen."""

_DRIFTED = """
SELECT slot.id
  FROM card_reservation_slot AS slot
  LEFT JOIN card_reservation_booking AS booking ON booking.slot_id = slot.id
 WHERE slot.day >= %s
 GROUP BY slot.id
HAVING slot.booked <> coalesce(sum(booking.party_size) FILTER (WHERE booking.state = 'active'), 0)
                    + coalesce((SELECT sum(offer.party_size) FROM card_reservation_waitingoffer AS offer
                                 WHERE offer.slot_id = slot.id AND offer.state = 'open'), 0)
"""


def open_slots(*, now: datetime) -> int:
    """Open the slots that the hours call for up to the horizon and count them; a second run opens none."""
    today = clock.local(now).date()
    with transaction.atomic():
        return sum(_open_place(rules, today) for rules in PlaceRules.objects.order_by("place_id"))


def reconcile(*, now: datetime) -> tuple[UUID, ...]:
    """Compare every slot's counter with its bookings and report those that differ; repair nothing."""
    with connection.cursor() as cursor:
        cursor.execute(_DRIFTED, [clock.local(now).date()])
        drifted = tuple(row[0] for row in cursor.fetchall())
    if drifted:
        audit.record(
            actor=SYSTEM,
            action="card_reservation.counter_drifted",
            object_type="slot",
            object_ids=[str(slot_id) for slot_id in drifted],
            now=now,
        )
    return drifted


def horizon(rules: PlaceRules, today: date) -> date:
    """Name the last day for which slots of a place exist."""
    return max(today + timedelta(days=rules.latest_days), rules.latest_on or today) + AHEAD


def _open_place(rules: PlaceRules, today: date) -> int:
    last = horizon(rules, today)
    known = set(
        Slot.objects.filter(place_id=rules.place_id, day__gte=today).values_list("starts_at", flat=True)
    )
    planned = [slot for slot in planned_slots(rules, today, last) if slot.starts_at not in known]
    Slot.objects.bulk_create(planned, ignore_conflicts=True, batch_size=1000)
    return len(planned)


def planned_slots(rules: PlaceRules, first: date, last: date) -> Iterator[Slot]:
    """Lay out the slots that the hours of a place call for; none of them is saved."""
    hours = places.opening_hours(place_id=rules.place_id, first=first, last=last)
    for day, opened in hours.items():
        periods = [Period(opens=period.opens, closes=period.closes) for period in opened]
        for planned in plan_day(day=day, periods=periods, unit_minutes=rules.unit_minutes, zone=clock.JAPAN):
            yield _slot(rules.place_id, planned, rules.capacity)


def _slot(place_id: UUID, planned: PlannedSlot, capacity: int) -> Slot:
    return Slot(
        place_id=place_id,
        day=planned.day,
        starts_at=planned.starts_at,
        ends_at=planned.ends_at,
        capacity=capacity,
    )


def free_all() -> None:
    """Set every slot free again, once no booking is left."""
    Slot.objects.exclude(booked=0, allowance=0).update(booked=0, allowance=0)
