"""How a city's profile writes places and hours."""

from collections.abc import Iterator, Mapping
from datetime import date, time, timedelta
from typing import Any

from madoguchi.errors import Invalid
from madoguchi.places.opening import Period


class ProfileWrong(Invalid):
    """The profile says something no calendar knows."""

    code = "profile_wrong"


def periods(hours: Mapping[str, Any]) -> tuple[Period, ...]:
    """Read opening hours, cut in two by a lunch break.

    Raises ProfileWrong.
    """
    opens, closes = clock_time(hours["opens"]), clock_time(hours["closes"])
    if "lunch_from" not in hours:
        return (Period(opens, closes),)
    return (Period(opens, clock_time(hours["lunch_from"])), Period(clock_time(hours["lunch_to"]), closes))


def clock_time(text: str) -> time:
    """Read a time of day such as 09:00.

    Raises ProfileWrong.
    """
    try:
        return time.fromisoformat(text)
    except ValueError as wrong:
        raise ProfileWrong(time=text) from wrong


def extra_days(extra: Mapping[str, Any], *, first: date, last: date) -> Iterator[date]:
    """List the days of an extra opening: a date of its own, or e.g. the second Sunday of every month."""
    if isinstance(extra.get("day"), date):
        if first <= extra["day"] <= last:
            yield extra["day"]
        return
    for offset in range((last - first).days + 1):
        day = first + timedelta(days=offset)
        if day.weekday() == extra["weekday"] and (day.day - 1) // 7 + 1 == extra["week"]:
            yield day
