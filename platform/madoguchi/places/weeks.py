"""The ordinary week of every place, as notices on the door show it."""

from collections import defaultdict
from collections.abc import Mapping
from uuid import UUID

from madoguchi.places.models import WeeklyHours
from madoguchi.places.opening import Period

Week = Mapping[int, tuple[Period, ...]]


def ordinary_weeks() -> Mapping[UUID, Week]:
    """Tell the open periods of every place by weekday, Monday being 0; the calendar is left out."""
    weeks: dict[UUID, dict[int, tuple[Period, ...]]] = defaultdict(dict)
    for hours in WeeklyHours.objects.order_by("weekday"):
        weeks[hours.place_id][hours.weekday] = _periods(hours)
    return weeks


def _periods(hours: WeeklyHours) -> tuple[Period, ...]:
    if hours.lunch_from is None or hours.lunch_to is None:
        return (Period(hours.opens, hours.closes),)
    return (Period(hours.opens, hours.lunch_from), Period(hours.lunch_to, hours.closes))
