"""The week of a place: read for a form, set as a whole."""

from collections.abc import Mapping, Sequence
from datetime import time
from uuid import UUID

from madoguchi.ledger.values import JSON
from madoguchi.places.changing import Done
from madoguchi.places.declarations import WEEKDAY_NAMES
from madoguchi.places.declarations import WEEKDAYS as WEEKDAY_LABELS
from madoguchi.places.models import WeeklyHours
from madoguchi.places.opening import Period
from madoguchi.places.weeks import ordinary_weeks
from madoguchi.web.dates import WEEKDAYS

LONGEST_ROW = 2
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
        shown=tuple(
            (WEEKDAY_LABELS[day], say(before.get(day, ())), say(days.get(day, ()))) for day in changed
        ),
    )


def say(periods: Sequence[Period]) -> str:
    """Write open periods the way staff lists do: 9:00〜12:00、13:00〜17:00; a dash when closed."""
    return "、".join(f"{_short(period.opens)}〜{_short(period.closes)}" for period in periods) or "—"


def summary(days: Days) -> str:
    """Write a week in one line, days of the same hours together: 月〜水・金 9:00〜17:00／木 9:00〜19:00."""
    alike: dict[str, list[int]] = {}
    for day in range(7):
        alike.setdefault(say(days.get(day, ())), []).append(day)
    return "／".join(f"{_named(same)} {hours}" for hours, same in alike.items() if hours != "—") or "—"


def _named(days: Sequence[int]) -> str:
    runs: list[list[int]] = []
    for day in days:
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return "・".join(_run(run) for run in runs)


def _run(days: Sequence[int]) -> str:
    if len(days) > LONGEST_ROW:
        return f"{WEEKDAYS[days[0]]}〜{WEEKDAYS[days[-1]]}"
    return "・".join(WEEKDAYS[day] for day in days)


def _short(moment: time) -> str:
    return f"{moment.hour}:{moment.minute:02}"


def _written(days: Days, weekdays: Sequence[int]) -> dict[str, JSON]:
    return {WEEKDAY_NAMES[day]: say(days.get(day, ())) for day in weekdays}
