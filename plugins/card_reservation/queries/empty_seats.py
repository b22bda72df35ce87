"""How many people did not come, by place, weekday and part of the day: counts alone, never who it was."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import F, Q, QuerySet, Sum
from django.db.models.functions import ExtractHour, ExtractIsoWeekDay

from madoguchi import clock
from madoguchi.hooks.contracts.eyes import Eyes
from plugins.card_reservation.models import Booking, Slot
from plugins.card_reservation.queries.schedules import read_schedules
from plugins.card_reservation.rules.no_shows import Advice, advise
from plugins.card_reservation.rules.schedule import plan

LOOKED_BACK: Final = timedelta(weeks=12)
LOOKED_AHEAD: Final = timedelta(weeks=4)
NOON, EVENING = 12, 17
BANDS: Final = ("morning", "afternoon", "evening")
OFTEN_FULL: Final = 0.5
"""Where fewer times than this fill up, more seats help nobody."""


@dataclass(frozen=True, order=True)
class Stretch:
    """One service at one place on one weekday in one part of the day."""

    place_id: UUID
    service_id: UUID
    weekday: int
    band: int


@dataclass
class Seats:
    """What was counted of a stretch."""

    came: int = 0
    missed: int = 0
    unmarked: int = 0
    times: int = 0
    full: int = 0
    capacities: Counter[int] = field(default_factory=Counter)
    planned: Counter[int] = field(default_factory=Counter)

    @property
    def visits(self) -> int:
        """Count the people of whom somebody wrote down whether they came."""
        return self.came + self.missed

    @property
    def percent_missed(self) -> int:
        """Tell how many in a hundred did not come."""
        return round(100 * self.missed / self.visits) if self.visits else 0

    @property
    def capacity(self) -> int:
        """Tell the capacity that most of the coming times have."""
        return _most_common(self.capacities)

    @property
    def served(self) -> int:
        """Tell for how many the schedule says the counter is made, whatever a person set since."""
        return _most_common(self.planned) or self.capacity

    @property
    def is_often_full(self) -> bool:
        """Tell whether its times fill up, so that another seat would be used."""
        return bool(self.times) and self.full / self.times >= OFTEN_FULL

    @property
    def advice(self) -> Advice | None:
        """Suggest how many more might be let in; None where too little was written down."""
        return advise(seats=self.served, came=self.came, missed=self.missed)


def count(*, now: datetime, eyes: Eyes) -> Mapping[Stretch, Seats]:
    """Count the last twelve weeks at the places of somebody's work."""
    found: dict[Stretch, Seats] = defaultdict(Seats)
    past = Q(starts_at__gt=now - LOOKED_BACK, starts_at__lte=now)
    for place_id, service_id, weekday, hour, came, missed, unmarked in _visits(now, eyes):
        seats = found[Stretch(place_id, service_id, weekday - 1, band_of(hour))]
        seats.came += came or 0
        seats.missed += missed or 0
        seats.unmarked += unmarked or 0
    for place_id, service_id, weekday, hour, capacity, booked in (
        _slots(eyes).filter(past).values_list(*_OF_A_SLOT)
    ):
        seats = found[Stretch(place_id, service_id, weekday - 1, band_of(hour))]
        seats.times += 1
        seats.full += booked >= capacity
    ahead = _slots(eyes).filter(starts_at__gt=now, starts_at__lte=now + LOOKED_BACK)
    for place_id, service_id, weekday, hour, capacity, _booked in ahead.values_list(*_OF_A_SLOT):
        stretch = Stretch(place_id, service_id, weekday - 1, band_of(hour))
        if stretch in found:
            found[stretch].capacities[capacity] += 1
    _add_plans(found, now)
    return {stretch: seats for stretch, seats in sorted(found.items()) if seats.capacities}


def _add_plans(found: Mapping[Stretch, Seats], now: datetime) -> None:
    first = clock.local(now).date()
    last = first + LOOKED_AHEAD
    places = {stretch.place_id for stretch in found}
    for (place_id, service_id), schedule in read_schedules(first=first, last=last, place_ids=places).items():
        for slot in plan(schedule=schedule, first=first, last=last, zone=clock.JAPAN):
            stretch = Stretch(place_id, service_id, slot.day.weekday(), band_of(slot.starts_at.hour))
            if stretch in found:
                found[stretch].planned[slot.capacity] += 1


def _most_common(counted: Counter[int]) -> int:
    found = counted.most_common(1)
    return found[0][0] if found else 0


def slots_ahead(stretch: Stretch, *, now: datetime) -> QuerySet[Slot]:
    """Find the open times of a stretch that are still to come."""
    first, last = hours_of(stretch.band)
    found = Slot.objects.filter(
        place_id=stretch.place_id, service_id=stretch.service_id, is_open=True, starts_at__gt=now
    ).annotate(hour=_HOUR, weekday=_WEEKDAY)
    return found.filter(weekday=stretch.weekday + 1, hour__gte=first, hour__lt=last)


def band_of(hour: int) -> int:
    """Tell to which part of the day an hour belongs."""
    if hour < NOON:
        return 0
    return 1 if hour < EVENING else 2


def hours_of(band: int) -> tuple[int, int]:
    """Tell from which hour to which a part of the day goes, the last one left out."""
    return ((0, NOON), (NOON, EVENING), (EVENING, 24))[band]


_HOUR: Final = ExtractHour("starts_at", tzinfo=clock.JAPAN)
_WEEKDAY: Final = ExtractIsoWeekDay("day")
_OF_A_SLOT: Final = ("place_id", "service_id", "weekday", "hour", "capacity", "booked")


def _slots(eyes: Eyes) -> QuerySet[Slot]:
    found = Slot.objects.filter(is_open=True, capacity__gt=0)
    if eyes.places is not None:
        found = found.filter(place_id__in=eyes.places)
    return found.annotate(hour=_HOUR, weekday=_WEEKDAY)


def _visits(now: datetime, eyes: Eyes) -> QuerySet[Booking, tuple[UUID, UUID, int, int, int, int, int]]:
    found = Booking.objects.filter(
        state=Booking.State.ACTIVE, slot__starts_at__gt=now - LOOKED_BACK, slot__ends_at__lte=now
    )
    if eyes.places is not None:
        found = found.filter(slot__place_id__in=eyes.places)
    return (
        found.annotate(
            place=F("slot__place_id"),
            service=F("slot__service_id"),
            weekday=ExtractIsoWeekDay("slot__day"),
            hour=ExtractHour("slot__starts_at", tzinfo=clock.JAPAN),
        )
        .values("place", "service", "weekday", "hour")
        .annotate(
            came=Sum("party_size", filter=Q(visit=Booking.Visit.ARRIVED)),
            missed=Sum("party_size", filter=Q(visit=Booking.Visit.ABSENT)),
            unmarked=Sum("party_size", filter=Q(visit="")),
        )
        .values_list("place", "service", "weekday", "hour", "came", "missed", "unmarked")
    )
