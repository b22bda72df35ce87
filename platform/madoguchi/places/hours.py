"""The week of a place: read for a form, set as a whole."""

from collections.abc import Mapping, Sequence
from datetime import time
from uuid import UUID

from madoguchi.ledger.values import JSON
from madoguchi.places.changing import Done
from madoguchi.places.declarations import WEEKDAY_NAMES
from madoguchi.places.models import WeeklyHours
from madoguchi.places.opening import Period
from madoguchi.places.weeks import ordinary_weeks
from madoguchi.web.dates import WEEKDAYS

Days = Mapping[int, Sequence[Period]]


def set_week(*, place_id: UUID, days: Days) -> Done:
    """Set the hours of every weekday of a place; a day that is not named is closed."""
    before = ordinary_weeks().get(place_id, {})
    WeeklyHours.objects.filter(place_id=place_id).delete()
    WeeklyHours.objects.bulk_create(
        WeeklyHours(place_id=place_id, weekday=weekday, opens=period.opens, closes=period.closes)
        for weekday, periods in days.items()
        for period in periods
    )
    changed = [day for day in range(7) if tuple(before.get(day, ())) != tuple(days.get(day, ()))]
    return Done(
        action="places.hours_changed",
        place_ids=(place_id,),
        details={"from": _written(before, changed), "to": _written(days, changed)},
    )


def say(periods: Sequence[Period]) -> str:
    """Write open periods the way staff lists do: 9:00〜12:00、13:00〜17:00; a dash when closed."""
    return "、".join(f"{_short(period.opens)}〜{_short(period.closes)}" for period in periods) or "—"


def summary(days: Days) -> str:
    """Write a week in one line, neighbouring days of the same hours together: 月〜金 9:00〜17:00."""
    runs: list[tuple[int, int, str]] = []
    for day in range(7):
        hours = say(days.get(day, ()))
        if runs and runs[-1][2] == hours:
            runs[-1] = (runs[-1][0], day, hours)
        else:
            runs.append((day, day, hours))
    return "／".join(f"{_named(first, last)} {hours}" for first, last, hours in runs if hours != "—") or "—"


def _named(first: int, last: int) -> str:
    return WEEKDAYS[first] if first == last else f"{WEEKDAYS[first]}〜{WEEKDAYS[last]}"


def _short(moment: time) -> str:
    return f"{moment.hour}:{moment.minute:02}"


def _written(days: Days, weekdays: Sequence[int]) -> dict[str, JSON]:
    return {WEEKDAY_NAMES[day]: say(days.get(day, ())) for day in weekdays}
