"""Give a new city its places and its calendar."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

import jpholiday

from madoguchi import clock
from madoguchi.places.models import CalendarDay, Place, WeeklyHours
from madoguchi.places.profile import clock_time, extra_days, periods

YEARS_AHEAD = 2
ORDINARY = ({"weekdays": (0, 1, 2, 3, 4), "opens": "09:00", "closes": "17:00"},)
NEW_YEAR = ((12, 29), (12, 30), (12, 31), (1, 1), (1, 2), (1, 3))


def set_up(*, profile: Mapping[str, Any], now: datetime) -> None:
    """Give a city the places, hours, holidays and extra openings of its profile.

    Holidays are a seed: afterwards the calendar belongs to the city. Raises ProfileWrong.
    """
    today = clock.local(now).date()
    last = date(today.year + YEARS_AHEAD, 12, 31)
    _close(today.year, profile.get("closed_days", ()))
    added: dict[str, Place] = {}
    for order, written in enumerate(profile.get("places", ())):
        added[written["code"]] = place = _add_place(order, written)
        add_hours(place, written.get("hours", ORDINARY))
    for extra in profile.get("extra_openings", ()):
        _open_extra(added[extra["place"]], extra, today, last)


def _add_place(order: int, written: Mapping[str, Any]) -> Place:
    return Place.objects.create(
        code=written["code"],
        name=written["name"],
        name_en=written.get("name_en", ""),
        name_easy=written.get("name_easy", ""),
        address=written.get("address", ""),
        phone=written.get("phone", ""),
        name_kana=written.get("name_kana", ""),
        postal_code=written.get("postal_code", ""),
        address_en=written.get("address_en", ""),
        access=written.get("access", ""),
        access_en=written.get("access_en", ""),
        access_easy=written.get("access_easy", ""),
        is_public=written.get("public", True),
        order=order,
    )


def add_hours(place: Place, written: Iterable[Mapping[str, Any]]) -> None:
    """Give a place without hours those that a profile writes.

    Raises ProfileWrong.
    """
    WeeklyHours.objects.bulk_create(
        WeeklyHours(place=place, weekday=weekday, opens=period.opens, closes=period.closes)
        for hours in written
        for weekday in hours["weekdays"]
        for period in periods(hours)
    )


def _open_extra(place: Place, extra: Mapping[str, Any], first: date, last: date) -> None:
    CalendarDay.objects.bulk_create(
        CalendarDay(
            place=place,
            day=day,
            kind=CalendarDay.Kind.EXTRA,
            opens=clock_time(extra["opens"]),
            closes=clock_time(extra["closes"]),
            name=extra.get("name", "休日開庁"),
        )
        for day in extra_days(extra, first=first, last=last)
    )


def _close(year: int, own: Iterable[Mapping[str, Any]]) -> None:
    years = range(year, year + YEARS_AHEAD + 1)
    closed = dict(pair for each in years for pair in closed_days(each)) | {
        written["day"]: written.get("name", "閉庁日") for written in own
    }
    CalendarDay.objects.bulk_create(
        CalendarDay(place=None, day=day, kind=CalendarDay.Kind.CLOSED, name=name)
        for day, name in sorted(closed.items())
    )


def closed_days(year: int) -> Iterator[tuple[date, str]]:
    """List the days of a year on which public offices are closed: turn of the year, national holidays."""
    yield from ((date(year, month, day), "年末年始") for month, day in NEW_YEAR)
    yield from jpholiday.year_holidays(year)
