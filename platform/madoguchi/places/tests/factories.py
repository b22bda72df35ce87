"""Places with opening hours, for the tests of every room."""

from datetime import time
from typing import Any

from factory.declarations import Sequence, Trait
from factory.django import DjangoModelFactory

from madoguchi.places.models import Place, WeeklyHours

OFFICE_DAYS = range(5)
OFFICE_HOURS = ((time(9), time(12)), (time(13), time(17)))


class PlaceFactory(DjangoModelFactory[Place]):
    """A place open on office days with a lunch break; ``hours`` are other pairs of open and close."""

    class Meta:
        model = Place

    code = Sequence(lambda number: f"place-{number}")
    name = Sequence(lambda number: f"第{number}窓口")
    name_en = Sequence(lambda number: f"Counter {number}")
    address = "福岡県久留米市テスト町1丁目1番地"
    phone = "0942-00-0000"
    order = 50
    hours = OFFICE_HOURS

    class Params:
        hidden = Trait(is_public=False)
        without_hours = Trait(hours=())
        all_day = Trait(hours=((time(0), time(23, 59)),))

    @classmethod
    def _create(cls, model_class: type[Place], *args: Any, **facts: Any) -> Place:
        periods: tuple[tuple[time, time], ...] = facts.pop("hours")
        place = super()._create(model_class, *args, **facts)
        WeeklyHours.objects.bulk_create(
            WeeklyHours(place=place, weekday=weekday, opens=opens, closes=closes)
            for weekday in OFFICE_DAYS
            for opens, closes in periods
        )
        return place
