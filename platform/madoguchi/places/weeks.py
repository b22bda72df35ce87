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
    for hours in WeeklyHours.objects.order_by("weekday", "opens"):
        week = weeks[hours.place_id]
        week[hours.weekday] = (*week.get(hours.weekday, ()), Period(hours.opens, hours.closes))
    return weeks
