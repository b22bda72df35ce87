"""Which days and slots have room; residents are told one of four words."""

import calendar
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from madoguchi.errors import NotFound
from madoguchi.hooks.contracts.eyes import Eyes
from madoguchi.places import queries as places
from plugins.card_reservation.models import PICKUP_ID, Slot
from plugins.card_reservation.queries.values import (
    Asking,
    Audience,
    DayCell,
    MonthView,
    SlotView,
    StaffSlotView,
    Window,
)
from plugins.card_reservation.queries.windows import TakingBookings, taking_bookings
from plugins.card_reservation.rules.availability import State, state_of_slot

SUNDAY_FIRST = 6
# A slot that begins this very moment has begun.
INSTANT = timedelta(microseconds=1)

# One word per day, decided by the day's best slot.
_DAYS = """
SELECT day,
       CASE WHEN bool_or(capacity - booked >= %(party)s AND capacity - booked > %(few)s) THEN 'free'
            WHEN bool_or(capacity - booked >= %(party)s) THEN 'few'
            ELSE 'full' END
  FROM card_reservation_slot
 WHERE place_id = %(place)s AND service_id = %(service)s AND day BETWEEN %(first)s AND %(last)s
   AND is_open AND starts_at >= %(begins)s
 GROUP BY day
"""

_NEAREST = """
SELECT * FROM card_reservation_slot
 WHERE place_id = %s AND service_id = %s AND day BETWEEN %s AND %s AND is_open AND starts_at >= %s
   AND capacity - booked >= %s
 ORDER BY abs(extract(epoch FROM starts_at - %s)) LIMIT %s
"""


class SlotNotFound(NotFound):
    """No slot of this city has this key, or it is not for this audience."""

    code = "slot_not_found"
    message = _("この時間は、もうありません。空いている時間を選び直してください。")


def month(
    *,
    place_id: UUID,
    year: int,
    month: int,
    party_size: int,
    audience: Audience | Asking,
    now: datetime,
) -> MonthView:
    """Show a month of a place to a party of a size: a word per day.

    Raises PlaceNotFound for a place that takes no bookings from this audience.
    """
    asking = Asking.of(audience)
    rules = _rules_for(place_id, asking, now)
    return _month((place_id, asking.service_id), date(year, month, 1), party_size, rules, now)


def slots(
    *,
    place_id: UUID,
    day: date,
    party_size: int,
    audience: Audience | Asking,
    now: datetime,
    service_id: UUID = PICKUP_ID,
) -> list[SlotView]:
    """List the slots of a day that have not begun; staff get counts too (StaffSlotView)."""
    asking = audience if isinstance(audience, Asking) else Asking(audience, service_id)
    rules = _rules_for(place_id, asking, now)
    if not rules.window.has(day):
        return []
    found = Slot.objects.filter(
        place_id=place_id, service_id=asking.service_id, day=day, is_open=True, starts_at__gt=now
    ).filter(starts_at__gte=rules.not_before(now))
    return [_view(slot, party_size, asking.audience, rules) for slot in found.order_by("starts_at")]


def day_slots(
    *, place_id: UUID | None, day: date, eyes: Eyes, service_id: UUID | None = None
) -> list[StaffSlotView]:
    """List all slots of a day with their counts, of one place or all a reader's, past ones too."""
    found = Slot.objects.filter(day=day, is_open=True)
    if eyes.places is not None:
        found = found.filter(place_id__in=eyes.places)
    if place_id is not None:
        found = found.filter(place_id=place_id)
    if service_id is not None:
        found = found.filter(service_id=service_id)
    return [_counted(slot, _state_for_one(slot)) for slot in found.order_by("starts_at", "place_id")]


def require_slot(*, slot_id: UUID, eyes: Eyes) -> None:
    """Make sure that a slot is at a place of somebody's work.

    Raises SlotNotFound.
    """
    place_id = Slot.objects.filter(pk=slot_id).values_list("place_id", flat=True).first()
    if place_id is None or not eyes.has_place(place_id):
        raise SlotNotFound(slot_id=slot_id)


def slot(*, slot_id: UUID, party_size: int, audience: Audience, now: datetime) -> SlotView:
    """Show one slot to a party of a size.

    Raises SlotNotFound.
    """
    found = Slot.objects.filter(pk=slot_id).first()
    if found is None:
        raise SlotNotFound(slot_id=slot_id)
    rules = _rules(found.place_id, audience, now, found.service_id)
    view = _view(found, party_size, audience, rules)
    is_ahead = found.starts_at > now and found.starts_at >= rules.not_before(now)
    if found.is_open and is_ahead and rules.window.has(found.day):
        return view
    return SlotView(
        id=view.id,
        place_id=view.place_id,
        starts_at=view.starts_at,
        ends_at=view.ends_at,
        state=State.CLOSED,
        service_id=view.service_id,
    )


def nearest_free(
    *,
    place_id: UUID,
    after: datetime,
    party_size: int,
    now: datetime,
    limit: int = 3,
    audience: Audience | Asking = "resident",
) -> list[SlotView]:
    """List the slots nearest to a moment in which the party still fits, in order of time."""
    asking = Asking.of(audience)
    rules = _rules_for(place_id, asking, now)
    window = rules.window
    if window.earliest is None or window.latest is None:
        return []
    found = Slot.objects.raw(
        _NEAREST,
        [
            place_id,
            asking.service_id,
            window.earliest,
            window.latest,
            max(now + INSTANT, rules.not_before(now)),
            party_size,
            after,
            limit,
        ],
    )
    views = [_view(slot, party_size, asking.audience, rules) for slot in found]
    return sorted(views, key=lambda view: view.starts_at)


def _rules_for(place_id: UUID, asking: Asking, now: datetime) -> TakingBookings:
    rules = _rules(place_id, asking.audience, now, asking.service_id)
    return replace(rules, window=rules.with_transport) if asking.travels else rules


def _rules(place_id: UUID, audience: Audience, now: datetime, service_id: UUID) -> TakingBookings:
    found = taking_bookings(audience=audience, now=now, service_id=service_id).get(place_id)
    if found is None or (audience == "resident" and not places.place(place_id).is_public):
        raise places.PlaceNotFound(place_id=place_id)
    return found


def _view(slot: Slot, party_size: int, audience: Audience, rules: TakingBookings) -> SlotView:
    state = state_of_slot(
        capacity=slot.capacity, booked=slot.booked, party_size=party_size, few_threshold=rules.few_threshold
    )
    if audience == "resident":
        return SlotView(
            id=slot.id,
            place_id=slot.place_id,
            starts_at=slot.starts_at,
            ends_at=slot.ends_at,
            state=state,
            service_id=slot.service_id,
        )
    return _counted(slot, state)


def _state_for_one(slot: Slot) -> State:
    return state_of_slot(capacity=slot.capacity, booked=slot.booked, party_size=1, few_threshold=0)


def _counted(slot: Slot, state: State) -> StaffSlotView:
    return StaffSlotView(
        id=slot.id,
        place_id=slot.place_id,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        state=state,
        service_id=slot.service_id,
        booked=slot.booked,
        capacity=slot.capacity,
    )


def _month(
    at: tuple[UUID, UUID], first: date, party_size: int, rules: TakingBookings, now: datetime
) -> MonthView:
    last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
    states = _states(at, first, last, party_size, rules, now)
    weeks = tuple(
        tuple(_cell(day, first, states) for day in week)
        for week in calendar.Calendar(SUNDAY_FIRST).monthdatescalendar(first.year, first.month)
    )
    return MonthView(
        year=first.year,
        month=first.month,
        weeks=weeks,
        previous=_month_before(first, rules.window),
        next=_month_after(last, rules.window),
    )


def _states(
    at: tuple[UUID, UUID], first: date, last: date, party_size: int, rules: TakingBookings, now: datetime
) -> Mapping[date, State]:
    window = rules.window
    if window.earliest is None or window.latest is None:
        return {}
    values: dict[str, Any] = {
        "place": at[0],
        "service": at[1],
        "first": max(first, window.earliest),
        "last": min(last, window.latest),
        "party": party_size,
        "few": rules.few_threshold,
        "begins": max(now + INSTANT, rules.not_before(now)),
    }
    with connection.cursor() as cursor:
        cursor.execute(_DAYS, values)
        return {day: State(word) for day, word in cursor.fetchall()}


def _cell(day: date, first: date, states: Mapping[date, State]) -> DayCell | None:
    if day.month != first.month:
        return None
    return DayCell(date=day, state=states.get(day, State.CLOSED))


def _month_before(first: date, window: Window) -> tuple[int, int] | None:
    day = first - timedelta(days=1)
    is_worth_it = window.earliest is not None and day >= window.earliest
    return (day.year, day.month) if is_worth_it else None


def _month_after(last: date, window: Window) -> tuple[int, int] | None:
    day = last + timedelta(days=1)
    is_worth_it = window.earliest is not None and window.latest is not None and day <= window.latest
    return (day.year, day.month) if is_worth_it else None
