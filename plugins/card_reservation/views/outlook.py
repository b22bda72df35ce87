"""The figures and months of a draft beside those of today, as its page draws them."""

import calendar
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from madoguchi.web import dates
from plugins.card_reservation.views.calendar import read_month

SUNDAY_FIRST: Final = 6
A_SUNDAY: Final = date(2026, 11, 1)
FEW_IN_TEN: Final = 10


@dataclass(frozen=True)
class Figure:
    """One figure today and then, and which way it goes."""

    label: str | Promise
    before: str
    after: str
    verdict: str


@dataclass(frozen=True)
class Load:
    """A day of one of the two months."""

    day: date
    booked: int
    capacity: int

    @property
    def state(self) -> str:
        """Choose the colour and the word."""
        if not self.capacity:
            return "closed"
        left = self.capacity - self.booked
        if left <= 0:
            return "full"
        return "few" if left <= self.capacity // FEW_IN_TEN else "free"


@dataclass(frozen=True)
class Month:
    """A month of one schedule, in weeks from Sunday."""

    title: str | Promise
    weeks: Sequence[Sequence[Load | None]]


@dataclass(frozen=True)
class Pair:
    """The same month twice, with its neighbours."""

    first: date
    months: tuple[Month, ...]
    previous: date | None
    next: date | None

    @property
    def title(self) -> str:
        """Name the month in the reader's language."""
        language = get_language() or "ja"
        year = dates.year_name(self.first, language=language)
        month = dates.month_name(self.first, language=language)
        return f"{month} {year}" if language == "en" else f"{year}{month}"

    @property
    def weekdays(self) -> Sequence[tuple[str, str]]:
        """Name the days of the week, short and in full, Sunday first."""
        language = get_language() or "ja"
        days = [A_SUNDAY + timedelta(days=offset) for offset in range(7)]
        names = [dates.weekday(day, language=language) for day in days]
        full = [dates.weekday(day, language="en" if language == "en" else "ja-easy") for day in days]
        return [(name[: 3 if language == "en" else 1], each) for name, each in zip(names, full, strict=True)]


DAYS: Final = _("%(number)s日")
BOOKINGS: Final = _("%(number)s件")
PEOPLE: Final = _("%(number)s人")
_LESS: Final = (
    ("mean_wait", _("いちばん早い空きまでの日数（平均）"), DAYS),
    ("worst_wait", _("いちばん早い空きまでの日数（最も長いとき）"), DAYS),
    ("full_days", _("満員になる日"), DAYS),
    ("turned_away", _("空きが見つからない予約"), BOOKINGS),
)
"""What is better the less there is of it."""
_MORE: Final = (
    ("on_wished_day", _("希望の日に取れる予約"), BOOKINGS),
    ("seats", _("受け付けられる人数"), PEOPLE),
)


def figures(weighed: Mapping[str, Any]) -> list[Figure]:
    """List the figures of both schedules beside each other."""
    if not weighed:
        return []
    return [
        *(_figure(weighed, *each, better="less") for each in _LESS),
        *(_figure(weighed, *each, better="more") for each in _MORE),
    ]


def _figure(
    weighed: Mapping[str, Any], key: str, label: str | Promise, unit: str | Promise, *, better: str
) -> Figure:
    before, after = weighed["before"][key], weighed["after"][key]
    return Figure(label, _said(before, unit), _said(after, unit), _verdict(before, after, better))


def _verdict(before: float | None, after: float | None, better: str) -> str:
    """Tell which way a figure goes; a wait without a figure is the longest: nobody found a free time."""
    if before == after:
        return "same"
    if before is None or after is None:
        return "worse" if after is None else "better"
    return "better" if (after < before) == (better == "less") else "worse"


def _said(value: float | None, unit: str | Promise) -> str:
    return "—" if value is None else str(unit) % {"number": f"{value:,}"}


def months(weighed: Mapping[str, Any], *, wanted: str) -> Pair | None:
    """Draw the month that was asked for twice: as it is, and as it would be."""
    if not weighed:
        return None
    loads = {date.fromisoformat(day): counts for day, *counts in weighed["days"]}
    first, last = (date.fromisoformat(weighed[name]).replace(day=1) for name in ("first", "last"))
    asked = read_month(wanted)
    shown = min(max(date(*asked, 1), first), last) if asked else first
    return Pair(
        first=shown,
        months=(
            Month(_("いまの予約枠"), _weeks(shown, loads, 0)),
            Month(_("試算"), _weeks(shown, loads, 2)),
        ),
        previous=_neighbour(shown, -1) if shown > first else None,
        next=_neighbour(shown, 1) if shown < last else None,
    )


def _weeks(
    first: date, loads: Mapping[date, Sequence[int]], column: int
) -> tuple[tuple[Load | None, ...], ...]:
    weeks = calendar.Calendar(SUNDAY_FIRST).monthdatescalendar(first.year, first.month)
    return tuple(tuple(_cells(week, first, loads, column)) for week in weeks)


def _cells(
    week: Sequence[date], first: date, loads: Mapping[date, Sequence[int]], column: int
) -> Iterator[Load | None]:
    for day in week:
        booked, capacity = loads.get(day, (0, 0, 0, 0))[column : column + 2]
        yield Load(day, booked, capacity) if day.month == first.month else None


def _neighbour(first: date, step: int) -> date:
    position = first.year * 12 + first.month - 1 + step
    return date(position // 12, position % 12 + 1, 1)
