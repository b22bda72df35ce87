"""Everything a city said about its services, read at once into the plain values of the rules."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from madoguchi import clock
from madoguchi.places import queries as places
from madoguchi.places.opening import Period
from madoguchi.places.weeks import Week, ordinary_weeks
from plugins.card_reservation.models import CounterHours, PatternUse, PlaceRules, ServiceStop
from plugins.card_reservation.rules.schedule import Band, Schedule, Serving, Stop, Use

Key = tuple[UUID, UUID]
"""A place and a service."""


def read_schedules(
    *, first: date, last: date, place_ids: Collection[UUID] | None = None
) -> Mapping[Key, Schedule]:
    """Read the schedule of every place and service, with the special days from first to last."""
    rules = PlaceRules.objects.all()
    if place_ids is not None:
        rules = rules.filter(place_id__in=place_ids)
    return schedules_for(rules, first=first, last=last)


def schedules_for(rules: Iterable[PlaceRules], *, first: date, last: date) -> Mapping[Key, Schedule]:
    """Read the schedules of some rules."""
    marked, weeks = places.marked_days(first=first, last=last), ordinary_weeks()
    uses, counters = _uses(), _counters()
    stops = list(ServiceStop.objects.filter(_meeting(first, last)))
    return {
        (each.place_id, each.service_id): Schedule(
            unit_minutes=each.unit_minutes,
            capacity=each.capacity,
            week=_week(weeks.get(each.place_id, {})),
            special={day: _bands(periods) for day, periods in marked.get(each.place_id, {}).items()},
            uses=tuple(
                use for service_id, use in uses[each.place_id] if service_id in (None, each.service_id)
            ),
            counters=_serving(counters.get(each.place_id), each.service_id),
            stops=tuple(
                Stop(stop.starts_at, stop.ends_at, stop.name)
                for stop in stops
                if stop.service_id in (None, each.service_id)
            ),
        )
        for each in rules
    }


def _meeting(first: date, last: date) -> Q:
    begins = datetime.combine(first, datetime.min.time(), tzinfo=clock.JAPAN)
    ends = datetime.combine(last + timedelta(days=1), datetime.min.time(), tzinfo=clock.JAPAN)
    return Q(starts_at__lt=ends, ends_at__gt=begins)


def _uses() -> Mapping[UUID, list[tuple[UUID | None, Use]]]:
    found: dict[UUID, list[tuple[UUID | None, Use]]] = defaultdict(list)
    for use in _read_uses():
        found[use.place_id].append((use.service_id, use_of(use)))
    return found


def _read_uses() -> QuerySet[PatternUse]:
    return PatternUse.objects.select_related("pattern").prefetch_related("pattern__periods").order_by("pk")


def use_of(use: PatternUse) -> Use:
    """Read one use of a pattern into plain values."""
    return Use(
        bands=tuple(
            Band(period.opens, period.closes, period.unit_minutes, period.capacity)
            for period in use.pattern.periods.all()
        ),
        weekday=use.weekday,
        week=use.week,
        day=use.day,
        name=use.pattern.name,
        colour=use.pattern.colour,
        pattern_id=use.pattern_id,
        is_for_service=use.service_id is not None,
    )


def _counters() -> Mapping[UUID, list[CounterHours]]:
    found: dict[UUID, list[CounterHours]] = defaultdict(list)
    for hours in CounterHours.objects.select_related("counter"):
        found[hours.counter.place_id].append(hours)
    return found


def _serving(hours: list[CounterHours] | None, service_id: UUID) -> tuple[Serving, ...] | None:
    """A place without any counter hours counts in plain numbers."""
    if hours is None:
        return None
    return tuple(
        Serving(weekday=each.weekday, opens=each.opens, closes=each.closes, seats=each.seats)
        for each in hours
        if each.service_id == service_id
    )


def _week(week: Week) -> Mapping[int, tuple[Band, ...]]:
    return {weekday: _bands(periods) for weekday, periods in week.items()}


def _bands(periods: Iterable[Period]) -> tuple[Band, ...]:
    return tuple(Band(period.opens, period.closes) for period in periods)
