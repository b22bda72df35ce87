"""Which counter serves what at which hours: a place that says so counts its capacity by counters."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import time
from itertools import pairwise
from typing import Final
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madoguchi.errors import DomainError
from madoguchi.ledger.values import JSON
from madoguchi.places.changing import Done
from madoguchi.places.models import Counter, Place
from madoguchi.web.dates import WEEKDAYS
from plugins.card_reservation.models import CounterHours
from plugins.card_reservation.queries.services import all_services

CHANGED: Final = "card_reservation.counter_hours_changed"


class CountersOverlap(DomainError):
    """A counter serves one service at a time."""

    code = "counter_hours_overlap"
    message = gettext_lazy("同じ窓口の時間が重なっています。1つの窓口が同じ時間に扱えるのは、1つの業務です。")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One counter, the weekdays and hours in which it serves a service, and for how many at once."""

    counter_id: UUID
    service_id: UUID
    weekdays: tuple[int, ...]
    opens: time
    closes: time
    seats: int


@dataclass(frozen=True, slots=True)
class CounterRow:
    """A counter as forms name it."""

    id: UUID
    label: str


def counters_at(place_id: UUID) -> list[CounterRow]:
    """List the counters of a place."""
    found = Counter.objects.filter(place_id=place_id)
    return [CounterRow(each.id, f"{each.number} {each.name}".strip()) for each in found]


def lines_at(place_id: UUID) -> list[Line]:
    """Read the hours of a place's counters, weekdays of the same hours together."""
    alike: dict[tuple[UUID, UUID, time, time, int], list[int]] = {}
    for each in _hours(place_id):
        key = (each.counter_id, each.service_id, each.opens, each.closes, each.seats)
        alike.setdefault(key, []).append(each.weekday)
    return [
        Line(
            counter_id=counter_id,
            service_id=service_id,
            weekdays=tuple(weekdays),
            opens=opens,
            closes=closes,
            seats=seats,
        )
        for (counter_id, service_id, opens, closes, seats), weekdays in alike.items()
    ]


def set_lines(*, place_id: UUID, lines: Sequence[Line]) -> Done:
    """Set the hours of all counters of a place; without any the place counts in plain numbers again.

    Raises CountersOverlap.
    """
    _check(lines)
    before = _said(lines_at(place_id), place_id)
    _hours(place_id).delete()
    CounterHours.objects.bulk_create(
        CounterHours(
            counter_id=line.counter_id,
            service_id=line.service_id,
            weekday=weekday,
            opens=line.opens,
            closes=line.closes,
            seats=line.seats,
        )
        for line in lines
        for weekday in line.weekdays
    )
    after = _said(lines_at(place_id), place_id)
    place = Place.objects.get(pk=place_id)
    details: dict[str, JSON] = {
        "place": place.name,
        "from": {"counters": list(before)},
        "to": {"counters": list(after)},
    }
    shown = ((_("窓口の担当"), "／".join(before) or "—", "／".join(after) or _("窓口ごとには決めない")),)
    return Done(action=CHANGED, place_ids=(place_id,), details=details, shown=shown)


def _check(lines: Iterable[Line]) -> None:
    held: dict[tuple[UUID, int], list[tuple[time, time]]] = {}
    for line in lines:
        for weekday in line.weekdays:
            held.setdefault((line.counter_id, weekday), []).append((line.opens, line.closes))
    for hours in held.values():
        if any(later[0] < earlier[1] for earlier, later in pairwise(sorted(hours))):
            raise CountersOverlap


def _said(lines: Iterable[Line], place_id: UUID) -> list[str]:
    names = {service.id: service.name for service in all_services()}
    labels = {counter.id: counter.label for counter in counters_at(place_id)}
    return [
        f"{labels[line.counter_id]} {''.join(WEEKDAYS[day] for day in line.weekdays)}"
        f" {line.opens.hour}:{line.opens.minute:02}〜{line.closes.hour}:{line.closes.minute:02}"
        f" {names.get(line.service_id, '')} {_('%(count)s人') % {'count': line.seats}}"
        for line in lines
    ]


def _hours(place_id: UUID) -> QuerySet[CounterHours]:
    return CounterHours.objects.filter(counter__place_id=place_id).order_by(
        "counter__number", "weekday", "opens"
    )
