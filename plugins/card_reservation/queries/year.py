"""A year of one place and service in the colours of its patterns, with what decides each day."""

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plugins.card_reservation.queries.schedules import read_schedules
from plugins.card_reservation.rules.schedule import Kind, Schedule, Source, source_of

SUNDAY_FIRST = 6
KINDS: Mapping[Kind, str | Promise] = {
    Kind.CLOSURE: gettext_lazy("閉庁日"),
    Kind.EXTRA: gettext_lazy("臨時開庁"),
    Kind.DATE: gettext_lazy("日付のパターン"),
    Kind.NTH_WEEKDAY: gettext_lazy("第何曜日のパターン"),
    Kind.WEEKDAY: gettext_lazy("曜日のパターン"),
    Kind.WEEK: gettext_lazy("場所の開庁時間"),
}
SHORTEST: Mapping[Kind, str | Promise] = {
    Kind.CLOSURE: gettext_lazy("閉庁"),
    Kind.EXTRA: gettext_lazy("臨時"),
}


@dataclass(frozen=True, slots=True)
class YearDay:
    """One day: what decides it, and what that covers."""

    day: date
    kind: str
    sign: str
    label: str
    colour: int
    is_surprising: bool


@dataclass(frozen=True, slots=True)
class YearMonth:
    """A month of weeks from Sunday to Saturday; None where a week leaves the month."""

    month: int
    weeks: tuple[tuple[YearDay | None, ...], ...]


@dataclass(frozen=True, slots=True)
class Year:
    """Twelve months and the days on which two things were said."""

    year: int
    months: tuple[YearMonth, ...]
    surprises: tuple[YearDay, ...]


def year_of(*, place_id: UUID, service_id: UUID, year: int) -> Year | None:
    """Show a year of a place and service, or nothing where the place does not offer it."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    schedule = read_schedules(first=first, last=last, place_ids=(place_id,)).get((place_id, service_id))
    if schedule is None:
        return None
    weeks = calendar.Calendar(SUNDAY_FIRST)
    months = tuple(
        YearMonth(
            month=month,
            weeks=tuple(
                tuple(_day(schedule, day) if day.month == month else None for day in week)
                for week in weeks.monthdatescalendar(year, month)
            ),
        )
        for month in range(1, 13)
    )
    days = [day for month in months for week in month.weeks for day in week if day is not None]
    return Year(year=year, months=months, surprises=tuple(day for day in days if day.is_surprising))


def _day(schedule: Schedule, day: date) -> YearDay:
    source = source_of(schedule, day)
    name = source.use.name if source.use else str(KINDS[source.kind])
    label = name if source.bands else _("%(name)s（休み）") % {"name": name}
    if source.is_surprising:
        covered = "、".join(str(KINDS[kind]) for kind in source.covers if kind <= Kind.NTH_WEEKDAY)
        label = _("%(name)s（%(covered)sより優先）") % {"name": label, "covered": covered}
    return YearDay(
        day=day,
        kind=_kind(source),
        sign=str(SHORTEST.get(source.kind, "")) or (source.use.name[:2] if source.use else ""),
        label=label,
        colour=source.use.colour if source.use else 0,
        is_surprising=source.is_surprising,
    )


def _kind(source: Source) -> str:
    if not source.bands:
        return "closed"
    return "pattern" if source.use else "extra" if source.kind == Kind.EXTRA else "week"
