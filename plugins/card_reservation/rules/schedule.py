"""Which slots one place opens for one service: everything a city said, in one plan.

Priority of a day, first one wins: closure, extra opening, pattern on a date, pattern on an n-th weekday,
pattern on a weekday, the ordinary week. Of two patterns of one kind the one for this service alone wins.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta, tzinfo
from enum import IntEnum
from types import MappingProxyType
from uuid import UUID

from plugins.card_reservation.rules.slots import UNITS, PlannedSlot

DAYS_OF_A_WEEK = 7


class Kind(IntEnum):
    """What decides a day, in the order of priority."""

    CLOSURE = 1
    EXTRA = 2
    DATE = 3
    NTH_WEEKDAY = 4
    WEEKDAY = 5
    WEEK = 6


@dataclass(frozen=True, slots=True, order=True)
class Band:
    """A stretch of a day; without a unit or capacity of its own those of the rules hold."""

    opens: time
    closes: time
    unit_minutes: int | None = None
    capacity: int | None = None


@dataclass(frozen=True, slots=True)
class Use:
    """A pattern and the days on which it holds: a weekday, an n-th weekday of the month, or one date."""

    bands: tuple[Band, ...]
    weekday: int | None = None
    week: int | None = None
    day: date | None = None
    name: str = ""
    colour: int = 0
    pattern_id: UUID | None = None
    is_for_service: bool = False

    @property
    def kind(self) -> Kind:
        """Tell how particular it is."""
        if self.day is not None:
            return Kind.DATE
        return Kind.WEEKDAY if self.week is None else Kind.NTH_WEEKDAY

    def holds_on(self, day: date) -> bool:
        """Tell whether it speaks of a day."""
        if self.day is not None:
            return self.day == day
        return self.weekday == day.weekday() and self.week in (None, week_of_month(day))


@dataclass(frozen=True, slots=True)
class Serving:
    """One counter's hours for the service on a weekday, and for how many people at once."""

    weekday: int
    opens: time
    closes: time
    seats: int


@dataclass(frozen=True, slots=True)
class Stop:
    """Hours in which a system outside the city stands still."""

    starts_at: datetime
    ends_at: datetime
    name: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """What decides a day, and what it covers that also spoke of the day."""

    kind: Kind
    bands: tuple[Band, ...]
    use: Use | None = None
    covers: tuple[Kind, ...] = ()

    @property
    def is_surprising(self) -> bool:
        """Tell whether two things were said of one day on purpose; patterns on weekdays give way silently."""
        marked = {Kind.CLOSURE, Kind.EXTRA, Kind.DATE}
        return self.kind in marked and any(kind <= Kind.NTH_WEEKDAY for kind in self.covers)


@dataclass(frozen=True, slots=True)
class Schedule:
    """All that a city said about one service at one place; an empty special day is a closed one."""

    unit_minutes: int
    capacity: int
    week: Mapping[int, tuple[Band, ...]] = field(default_factory=lambda: MappingProxyType({}))
    special: Mapping[date, tuple[Band, ...]] = field(default_factory=lambda: MappingProxyType({}))
    uses: tuple[Use, ...] = ()
    counters: tuple[Serving, ...] | None = None
    stops: tuple[Stop, ...] = ()

    def of_the_place(self) -> "Schedule":
        """Leave out what holds for this service alone: when the place itself is open."""
        common = tuple(use for use in self.uses if not use.is_for_service)
        return replace(self, uses=common, counters=None, stops=())


def plan(*, schedule: Schedule, first: date, last: date, zone: tzinfo) -> Iterator[PlannedSlot]:
    """Lay out every slot from first to last, in order; no two overlap, none has room for nobody."""
    for offset in range((last - first).days + 1):
        yield from plan_of_day(schedule=schedule, day=first + timedelta(days=offset), zone=zone)


def plan_of_day(*, schedule: Schedule, day: date, zone: tzinfo) -> Iterator[PlannedSlot]:
    """Lay out the slots of one day."""
    free_from: datetime | None = None
    for band in sorted(source_of(schedule, day).bands, key=lambda band: (band.opens, band.closes)):
        for starts_at, ends_at in _cut(band, schedule, day, zone):
            if free_from is not None and starts_at < free_from:
                continue
            capacity = _capacity(schedule, band, starts_at, ends_at)
            if capacity and not _is_stopped(schedule, starts_at, ends_at):
                free_from = ends_at
                yield PlannedSlot(day=day, starts_at=starts_at, ends_at=ends_at, capacity=capacity)


def open_days(*, schedule: Schedule, first: date, last: date) -> tuple[date, ...]:
    """List the days from first to last on which the place is open, whatever its counters serve."""
    place = schedule.of_the_place()
    days = (first + timedelta(days=offset) for offset in range((last - first).days + 1))
    return tuple(day for day in days if source_of(place, day).bands)


def source_of(schedule: Schedule, day: date) -> Source:
    """Tell what decides a day."""
    found = list(_candidates(schedule, day))
    first, rest = found[0], found[1:]
    return replace(first, covers=tuple(dict.fromkeys(source.kind for source in rest)))


def week_of_month(day: date) -> int:
    """Count which one of its weekdays in the month a day is: the 14th is the second of its kind."""
    return (day.day - 1) // DAYS_OF_A_WEEK + 1


def _candidates(schedule: Schedule, day: date) -> Iterator[Source]:
    special = schedule.special.get(day)
    if special is not None:
        yield Source(Kind.EXTRA if special else Kind.CLOSURE, special)
    holding = [use for use in schedule.uses if use.holds_on(day)]
    for use in sorted(holding, key=lambda use: (use.kind, not use.is_for_service)):
        yield Source(use.kind, use.bands, use)
    yield Source(Kind.WEEK, tuple(schedule.week.get(day.weekday(), ())))


def has_room(opens: time, closes: time, unit_minutes: int | None) -> bool:
    """Tell whether a slot of that length fits between two times; a band may leave the length to its place."""
    stretch = (closes.hour - opens.hour) * 60 + closes.minute - opens.minute
    return unit_minutes is None or stretch >= unit_minutes


def _cut(band: Band, schedule: Schedule, day: date, zone: tzinfo) -> Iterator[tuple[datetime, datetime]]:
    minutes = band.unit_minutes or schedule.unit_minutes
    if minutes not in UNITS:
        raise ValueError(f"slots of {minutes} minutes are not offered")
    unit = timedelta(minutes=minutes)
    starts_at = datetime.combine(day, band.opens, tzinfo=zone)
    closes_at = datetime.combine(day, band.closes, tzinfo=zone)
    while starts_at + unit <= closes_at:
        yield starts_at, starts_at + unit
        starts_at += unit


def _capacity(schedule: Schedule, band: Band, starts_at: datetime, ends_at: datetime) -> int:
    if schedule.counters is None:
        return schedule.capacity if band.capacity is None else band.capacity
    return sum(
        counter.seats
        for counter in schedule.counters
        if counter.weekday == starts_at.weekday()
        and counter.opens <= starts_at.time()
        and ends_at.time() <= counter.closes
    )


def _is_stopped(schedule: Schedule, starts_at: datetime, ends_at: datetime) -> bool:
    return any(stop.starts_at < ends_at and starts_at < stop.ends_at for stop in schedule.stops)
