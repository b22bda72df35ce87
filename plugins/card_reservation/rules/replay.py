"""What a schedule would have made of the demand of some weeks: pure counting, nothing is booked."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from heapq import heappop, heappush
from itertools import groupby
from typing import Literal

Audience = Literal["resident", "staff"]
Days = tuple[date, date] | None
Window = Callable[[date, Audience], Days]
"""From which to which day somebody may book on a day, both included; None where nothing can be booked."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A time at which so many people can come."""

    day: date
    starts_at: datetime
    capacity: int


@dataclass(frozen=True, slots=True)
class Ask:
    """Somebody asks for a visit, on a day, near a wished time, and perhaps gives it back later."""

    day: date
    asked_at: datetime
    wished_at: datetime
    people: int
    audience: Audience
    gives_back_at: datetime | None = None
    # Somebody who loses a time: needs a seat, but says nothing of how long others wait.
    is_again: bool = False


@dataclass(frozen=True, slots=True)
class DayLoad:
    """One day at the end: how many people come, and for how many there is room."""

    day: date
    booked: int
    capacity: int

    @property
    def is_full(self) -> bool:
        """Tell whether nobody else fits."""
        return self.booked >= self.capacity


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of the demand."""

    asked: int
    served: int
    on_wished_day: int
    waits: tuple[int, ...]
    days: tuple[DayLoad, ...] = ()

    @property
    def turned_away(self) -> int:
        """Count those who found no time at all."""
        return self.asked - self.served

    @property
    def mean_wait(self) -> float | None:
        """Tell how many days lay between asking and the first free time, on average."""
        return sum(self.waits) / len(self.waits) if self.waits else None

    @property
    def worst_wait(self) -> int | None:
        """Tell how many days whoever met the longest queue was away from a free time."""
        return max(self.waits, default=None)

    @property
    def full_days(self) -> tuple[date, ...]:
        """List the days on which nobody else fits."""
        return tuple(load.day for load in self.days if load.is_full)


@dataclass(slots=True)
class _Shelf:
    """The times in order, with what is left of each."""

    offers: Sequence[Offer]
    left: list[int]
    starts: list[datetime] = field(default_factory=list)
    bounds: dict[date, tuple[int, int]] = field(default_factory=dict)
    most: dict[date, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.starts = [offer.starts_at for offer in self.offers]
        for day, found in groupby(range(len(self.offers)), key=lambda index: self.offers[index].day):
            indexes = list(found)
            self.bounds[day] = (indexes[0], indexes[-1] + 1)
            self._look_again(day)

    def take(self, index: int, people: int) -> None:
        """Take seats, or give them back where the number is negative."""
        self.left[index] -= people
        self._look_again(self.offers[index].day)

    def next(self, index: int, end: int, people: int) -> int | None:
        """Find the first time from an index on in which the party fits."""
        while index < end:
            day = self.offers[index].day
            if self.most[day] < people:
                index = self.bounds[day][1]
            elif self.left[index] >= people:
                return index
            else:
                index += 1
        return None

    def before(self, index: int, begin: int, people: int) -> int | None:
        """Find the last time before an index in which the party fits."""
        index -= 1
        while index >= begin:
            day = self.offers[index].day
            if self.most[day] < people:
                index = self.bounds[day][0] - 1
            elif self.left[index] >= people:
                return index
            else:
                index -= 1
        return None

    def _look_again(self, day: date) -> None:
        begin, end = self.bounds[day]
        self.most[day] = max(self.left[begin:end])


def replay(
    *,
    offers: Iterable[Offer],
    taken: Mapping[datetime, int],
    asks: Iterable[Ask],
    window: Window,
    shown: Days = None,
) -> Outcome:
    """Let everybody choose the free time nearest to the wished one, in the order in which they asked.

    `taken` counts the people who have a time already; `shown` bounds the days that are reported.
    """
    ordered = sorted(offers, key=lambda offer: offer.starts_at)
    left = [max(offer.capacity - taken.get(offer.starts_at, 0), 0) for offer in ordered]
    shelf = _Shelf(ordered, left)
    asked = served = on_wished_day = 0
    waits: list[int] = []
    pending: list[tuple[datetime, int, int]] = []
    for ask in sorted(asks, key=lambda ask: ask.asked_at):
        _give_back(shelf, pending, ask.asked_at)
        asked += 1
        found = _choose(shelf, ask, window)
        if found is None:
            continue
        first, chosen = found
        served += 1
        if not ask.is_again:
            waits.append((ordered[first].day - ask.day).days)
            on_wished_day += ordered[chosen].day == _day_like(ask, ordered[chosen])
        shelf.take(chosen, ask.people)
        if ask.gives_back_at is not None:
            heappush(pending, (ask.gives_back_at, chosen, ask.people))
    return Outcome(asked, served, on_wished_day, tuple(waits), _loads(shelf, taken, shown))


def _give_back(shelf: _Shelf, pending: list[tuple[datetime, int, int]], until: datetime) -> None:
    while pending and pending[0][0] <= until:
        _moment, index, people = heappop(pending)
        shelf.take(index, -people)


def _choose(shelf: _Shelf, ask: Ask, window: Window) -> tuple[int, int] | None:
    """Find the first free time there is, and the one nearest to the wish."""
    days = window(ask.day, ask.audience)
    if days is None:
        return None
    begin, end = _span(shelf, days, ask.asked_at)
    first = shelf.next(begin, end, ask.people)
    if first is None:
        return None
    middle = min(max(bisect_left(shelf.starts, ask.wished_at), begin), end)
    after, before = shelf.next(middle, end, ask.people), shelf.before(middle, begin, ask.people)
    near = [index for index in (after, before) if index is not None]
    return first, min(near, key=lambda index: abs(shelf.starts[index] - ask.wished_at))


def _span(shelf: _Shelf, days: tuple[date, date], asked_at: datetime) -> tuple[int, int]:
    begin = bisect_right(shelf.starts, asked_at)
    first = bisect_left(shelf.offers, days[0], key=lambda offer: offer.day)
    end = bisect_right(shelf.offers, days[1], key=lambda offer: offer.day)
    return max(begin, first), end


def _day_like(ask: Ask, offer: Offer) -> date:
    """Name the wished day in the calendar in which the offer names its own."""
    return ask.wished_at.astimezone(offer.starts_at.tzinfo).date()


def _loads(shelf: _Shelf, taken: Mapping[datetime, int], shown: Days) -> tuple[DayLoad, ...]:
    loads = []
    for day, (begin, end) in shelf.bounds.items():
        if shown is not None and not shown[0] <= day <= shown[1]:
            continue
        capacity = sum(offer.capacity for offer in shelf.offers[begin:end])
        loads.append(DayLoad(day, capacity - sum(shelf.left[begin:end]), capacity))
    return tuple(loads)
