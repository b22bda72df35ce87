"""From opening hours to slots."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

UNITS = (60, 30, 20, 15, 10)


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of a day during which the counter is open."""

    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class PlannedSlot:
    """A slot that the hours call for."""

    day: date
    starts_at: datetime
    ends_at: datetime
    capacity: int = 0


def plan_day(
    *, day: date, periods: Iterable[Period], unit_minutes: int, zone: tzinfo
) -> Iterator[PlannedSlot]:
    """Cut the open periods of a day into slots; a rest shorter than the unit is left out.

    Raises ValueError for a unit that no counter uses.
    """
    if unit_minutes not in UNITS:
        raise ValueError(f"slots of {unit_minutes} minutes are not offered")
    unit = timedelta(minutes=unit_minutes)
    for period in periods:
        starts_at = datetime.combine(day, period.opens, tzinfo=zone)
        closes_at = datetime.combine(day, period.closes, tzinfo=zone)
        while starts_at + unit <= closes_at:
            yield PlannedSlot(day=day, starts_at=starts_at, ends_at=starts_at + unit)
            starts_at += unit
