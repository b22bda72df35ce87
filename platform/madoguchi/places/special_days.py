"""Days that differ from the week: closed days and extra openings of a place or of the whole city."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Q

from madoguchi.errors import NotFound
from madoguchi.ledger.values import JSON
from madoguchi.places.changing import Done
from madoguchi.places.hours import say
from madoguchi.places.models import CalendarDay, Place
from madoguchi.places.opening import Period
from madoguchi.places.services import closed_days


class DayNotFound(NotFound):
    """No closed day or extra opening of this city has this key."""

    code = "calendar_day_not_found"


@dataclass(frozen=True, kw_only=True)
class SpecialDay:
    """A stretch of days that differ from the week in one way; `hours` are those of an extra opening."""

    first: date
    last: date
    hours: Period | None = None
    place_id: UUID | None = None
    name: str = ""

    @property
    def days(self) -> Iterator[date]:
        """List its days."""
        for offset in range((self.last - self.first).days + 1):
            yield self.first + timedelta(days=offset)


@dataclass(frozen=True, slots=True)
class DayRow:
    """One marked day as the yearly list shows it."""

    id: UUID
    day: date
    is_extra: bool
    hours: str
    name: str
    place: str


def days_of_year(*, year: int, place_id: UUID | None = None) -> tuple[DayRow, ...]:
    """List the marked days of a year: of the whole city and of all places, or of one place."""
    found = CalendarDay.objects.filter(day__year=year).select_related("place").order_by("day", "place__order")
    rows = (_row(day) for day in found if place_id is None or day.place_id in (None, place_id))
    return tuple(rows)


def mark_days(wish: SpecialDay) -> Done:
    """Close days, or open them at hours of their own; what was marked there before gives way."""
    kind = CalendarDay.Kind.EXTRA if wish.hours else CalendarDay.Kind.CLOSED
    whose = Q(place_id=wish.place_id) if wish.place_id else Q(place=None)
    CalendarDay.objects.filter(whose, day__range=(wish.first, wish.last)).delete()
    CalendarDay.objects.bulk_create(
        CalendarDay(
            place_id=wish.place_id,
            day=day,
            kind=kind,
            opens=wish.hours.opens if wish.hours else None,
            closes=wish.hours.closes if wish.hours else None,
            name=wish.name,
        )
        for day in wish.days
    )
    details: dict[str, JSON] = {
        "first": wish.first.isoformat(),
        "last": wish.last.isoformat(),
        "kind": str(kind),
        "hours": say((wish.hours,)) if wish.hours else "",
        "name": wish.name,
        "place": _place_name(wish.place_id),
    }
    return Done(action="places.days_marked", place_ids=_touched(wish.place_id), details=details)


def remove_day(*, day_id: UUID) -> Done:
    """Give a marked day back to the week.

    Raises DayNotFound.
    """
    found = CalendarDay.objects.filter(pk=day_id).select_related("place").first()
    if found is None:
        raise DayNotFound(day_id=day_id)
    row = _row(found)
    found.delete()
    details: dict[str, JSON] = {
        "first": row.day.isoformat(),
        "kind": "extra" if row.is_extra else "closed",
        "hours": row.hours,
        "name": row.name,
        "place": row.place,
    }
    return Done(action="places.day_removed", place_ids=_touched(found.place_id), details=details)


def fill_holidays(*, year: int) -> Done:
    """Close the whole city on the national holidays and at the turn of a year; what is marked stays."""
    known = set(CalendarDay.objects.filter(place=None, day__year=year).values_list("day", flat=True))
    fresh = {day: name for day, name in dict(closed_days(year)).items() if day not in known}
    CalendarDay.objects.bulk_create(
        CalendarDay(place=None, day=day, kind=CalendarDay.Kind.CLOSED, name=name)
        for day, name in sorted(fresh.items())
    )
    return Done(
        action="places.holidays_filled",
        place_ids=_touched(None),
        details={"year": year, "days": len(fresh)},
    )


def _touched(place_id: UUID | None) -> tuple[UUID, ...]:
    return (place_id,) if place_id else tuple(Place.objects.values_list("id", flat=True))


def _place_name(place_id: UUID | None) -> str:
    found = Place.objects.filter(pk=place_id).first() if place_id else None
    return found.name if found else ""


def _row(day: CalendarDay) -> DayRow:
    is_extra = day.kind == CalendarDay.Kind.EXTRA and day.opens is not None and day.closes is not None
    hours = say((Period(day.opens, day.closes),)) if is_extra and day.opens and day.closes else ""
    return DayRow(
        id=day.id,
        day=day.day,
        is_extra=is_extra,
        hours=hours,
        name=day.name,
        place=day.place.name if day.place else "",
    )
