"""A month with its counts, for the eyes of staff."""

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Sum

from madoguchi.hooks.contracts.eyes import Eyes
from plugins.card_reservation.models import Slot
from plugins.card_reservation.queries.values import DayCell, MonthView
from plugins.card_reservation.rules.availability import State, state_of_slot

SUNDAY_FIRST = 6
FEW_IN_TEN = 10


@dataclass(frozen=True, slots=True)
class StaffDayCell(DayCell):
    """A day as staff see it: with its counts."""

    booked: int
    capacity: int


def staff_month(*, place_id: UUID | None, year: int, month: int, eyes: Eyes) -> MonthView:
    """Show a month of one place, or of all, with booked and capacity of each day."""
    first = date(year, month, 1)
    last = first.replace(day=calendar.monthrange(year, month)[1])
    counts = _counts(place_id, first, last, eyes)
    before, after = first - timedelta(days=1), last + timedelta(days=1)
    return MonthView(
        year=year,
        month=month,
        weeks=tuple(
            tuple(_cell(day, counts) if day.month == month else None for day in week)
            for week in calendar.Calendar(SUNDAY_FIRST).monthdatescalendar(year, month)
        ),
        previous=(before.year, before.month),
        next=(after.year, after.month),
    )


def _counts(place_id: UUID | None, first: date, last: date, eyes: Eyes) -> Mapping[date, tuple[int, int]]:
    found = Slot.objects.filter(day__range=(first, last), is_open=True)
    if eyes.places is not None:
        found = found.filter(place_id__in=eyes.places)
    if place_id is not None:
        found = found.filter(place_id=place_id)
    days = found.values("day").annotate(taken=Sum("booked"), room=Sum("capacity"))
    return {row["day"]: (row["taken"], row["room"]) for row in days}


def _cell(day: date, counts: Mapping[date, tuple[int, int]]) -> StaffDayCell:
    booked, capacity = counts.get(day, (0, 0))
    state = State.CLOSED
    if capacity:
        few = capacity // FEW_IN_TEN
        state = state_of_slot(capacity=capacity, booked=booked, party_size=1, few_threshold=few)
    return StaffDayCell(date=day, state=state, booked=booked, capacity=capacity)
