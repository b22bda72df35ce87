"""Slots come from opening hours; the horizon moves on every night."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import connection, transaction

from madoguchi import clock
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import SYSTEM
from plugins.card_reservation.models import PlaceRules, Slot
from plugins.card_reservation.queries.schedules import Key, schedules_for
from plugins.card_reservation.rules.schedule import Schedule, plan

AHEAD = timedelta(days=7)
"""Slots exist a week longer than anybody may book, so that a missed night is never seen."""
NEIGHBOURS = 8
"""So many ten-minute slots begin within the longest one, and two more."""

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
        found = list(PlaceRules.objects.order_by("place_id", "service_id"))
        schedules = schedules_ahead(found, today=today)
        return sum(_open_place(each, schedules[(each.place_id, each.service_id)], today) for each in found)


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


def _open_place(rules: PlaceRules, schedule: Schedule, today: date) -> int:
    existing = list(Slot.objects.filter(place_id=rules.place_id, service_id=rules.service_id, day__gte=today))
    known = {slot.starts_at for slot in existing}
    planned = [
        slot
        for slot in planned_slots(rules, schedule, today, horizon(rules, today))
        if slot.starts_at not in known
    ]
    fresh = without_overlaps(planned, visited(existing))
    Slot.objects.bulk_create(fresh, ignore_conflicts=True, batch_size=1000)
    return len(fresh)


def planned_slots(rules: PlaceRules, schedule: Schedule, first: date, last: date) -> Iterator[Slot]:
    """Lay out the slots that a schedule calls for; none of them is saved."""
    for planned in plan(schedule=schedule, first=first, last=last, zone=clock.JAPAN):
        yield Slot(
            place_id=rules.place_id,
            service_id=rules.service_id,
            day=planned.day,
            starts_at=planned.starts_at,
            ends_at=planned.ends_at,
            capacity=planned.capacity,
        )


def schedules_ahead(found: Sequence[PlaceRules], *, today: date) -> Mapping[Key, Schedule]:
    """Read the schedules of rules up to the farthest of their horizons."""
    last = max((horizon(rules, today) for rules in found), default=today)
    return schedules_for(found, first=today, last=last)


def visited(existing: Iterable[Slot]) -> list[Slot]:
    """List the slots in which somebody comes, in order of time."""
    return sorted((slot for slot in existing if slot.booked), key=lambda slot: slot.starts_at)


def without_overlaps(planned: Iterable[Slot], kept: Sequence[Slot]) -> list[Slot]:
    """Leave out the planned slots that meet a visit of another length or start: that counter is taken."""
    starts = [slot.starts_at for slot in kept]
    return [slot for slot in planned if not _is_taken(slot, kept, starts)]


def _is_taken(slot: Slot, kept: Sequence[Slot], starts: Sequence[datetime]) -> bool:
    # Visits of one service hardly ever overlap one another: the neighbours before and after decide.
    after = bisect_left(starts, slot.starts_at)
    return any(
        each.starts_at != slot.starts_at and each.starts_at < slot.ends_at and slot.starts_at < each.ends_at
        for each in kept[max(after - NEIGHBOURS, 0) : after + NEIGHBOURS]
    )


def free_all() -> None:
    """Set every slot free again, once no booking is left."""
    Slot.objects.exclude(booked=0, allowance=0).update(booked=0, allowance=0)
