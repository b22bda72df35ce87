"""Slots follow the schedule: new times open, those that fall away close, booked ones keep their visits."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from madoguchi import clock
from madoguchi.hooks.contracts.openings import OpeningEffect, VisitInTheWay
from plugins.card_reservation.models import Booking, PlaceRules, Slot
from plugins.card_reservation.queries.services import usual_service
from plugins.card_reservation.rules.schedule import Schedule
from plugins.card_reservation.services.slots import (
    horizon,
    planned_slots,
    schedules_ahead,
    visited,
    without_overlaps,
)

SHOWN_VISITS = 50
AT_ONCE = 5_000


# Row by row in the database: somebody may book while we look.
_ADJUST = """
UPDATE card_reservation_slot AS slot
   SET is_open = wish.is_open,
       ends_at = CASE WHEN slot.booked = 0 THEN wish.ends_at ELSE slot.ends_at END,
       capacity = wish.capacity,
       allowance = greatest(slot.booked - wish.capacity, 0)
  FROM unnest(%s::uuid[], %s::boolean[], %s::timestamptz[], %s::int[])
       AS wish (id, is_open, ends_at, capacity)
 WHERE slot.id = wish.id
"""


@dataclass(frozen=True, slots=True)
class Difference:
    """What stands between the slots of a place and its schedule."""

    new: Sequence[Slot]
    again: Sequence[Slot]
    changed: Sequence[Slot]
    gone: Sequence[UUID]
    outside: Sequence[UUID]
    crowded: Sequence[UUID]


def follow(*, place_ids: tuple[UUID, ...], now: datetime) -> None:
    """Change slots until they equal the schedule; visits and what a person set stay as they are."""
    with transaction.atomic():
        _give_rules(place_ids)
        _lock(place_ids, now)
        for difference in _differences(place_ids, now):
            _make(difference)


def follow_everywhere(*, now: datetime) -> None:
    """Let every place follow its schedule: what stood in the way of a slot may have gone."""
    follow(place_ids=tuple(PlaceRules.objects.values_list("place_id", flat=True).distinct()), now=now)


def effects(*, place_ids: tuple[UUID, ...], scope: str, now: datetime) -> OpeningEffect:
    """Tell what following would change, and which visits stand in the way."""
    with transaction.atomic():
        _give_rules(place_ids)
        differences = _differences(place_ids, now)
    outside = [slot_id for difference in differences for slot_id in difference.outside]
    crowded = [slot_id for difference in differences for slot_id in difference.crowded]
    found = _visits(place_ids, outside, scope, now)
    beyond = _standing(now).filter(slot_id__in=crowded).order_by("slot__starts_at", "number")
    return OpeningEffect(
        opened=sum(len(difference.new) + len(difference.again) for difference in differences),
        closed=sum(len(difference.gone) for difference in differences),
        changed=sum(len(difference.changed) for difference in differences),
        visits=tuple(_in_the_way(booking) for booking in found[:SHOWN_VISITS]),
        visits_in_all=found.count(),
        crowded=tuple(_in_the_way(booking) for booking in beyond[:SHOWN_VISITS]),
        crowded_in_all=beyond.count(),
    )


def _make(difference: Difference) -> None:
    Slot.objects.bulk_create(difference.new, ignore_conflicts=True, batch_size=1000)
    wishes = [*difference.again, *difference.changed]
    for start in range(0, len(wishes), AT_ONCE):
        some = wishes[start : start + AT_ONCE]
        with connection.cursor() as cursor:
            cursor.execute(
                _ADJUST,
                [
                    [slot.id for slot in some],
                    [slot.is_open for slot in some],
                    [slot.ends_at for slot in some],
                    [slot.capacity for slot in some],
                ],
            )
    for start in range(0, len(difference.gone), AT_ONCE):
        Slot.objects.filter(pk__in=difference.gone[start : start + AT_ONCE]).update(is_open=False)


def _give_rules(place_ids: tuple[UUID, ...]) -> None:
    """A new place takes bookings the way the first one does, until somebody says otherwise."""
    usual = usual_service(audience="staff")
    pattern = PlaceRules.objects.filter(service_id=usual).order_by("place__order", "place__code").first()
    if pattern is None:
        return
    known = set(PlaceRules.objects.filter(place_id__in=place_ids).values_list("place_id", flat=True))
    for place_id in place_ids:
        if place_id not in known:
            pattern.pk = uuid4()
            pattern.place_id = place_id
            pattern.latest_on = None
            pattern.save(force_insert=True)


def _lock(place_ids: tuple[UUID, ...], now: datetime) -> None:
    """Lock the slots of all places in the order in which everybody locks slots."""
    ahead = Slot.objects.filter(place_id__in=place_ids, day__gte=clock.local(now).date(), starts_at__gt=now)
    list(ahead.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))


def _differences(place_ids: Iterable[UUID], now: datetime) -> list[Difference]:
    today = clock.local(now).date()
    found = list(PlaceRules.objects.filter(place_id__in=place_ids).order_by("place_id", "service_id"))
    schedules = schedules_ahead(found, today=today)
    return [_difference(each, schedules[(each.place_id, each.service_id)], now) for each in found]


def _difference(rules: PlaceRules, schedule: Schedule, now: datetime) -> Difference:
    today = clock.local(now).date()
    last = horizon(rules, today)
    planned = [slot for slot in planned_slots(rules, schedule, today, last) if slot.starts_at > now]
    found = Slot.objects.filter(place_id=rules.place_id, service_id=rules.service_id, starts_at__gt=now)
    existing = list(found.filter(day__range=(today, last)))
    fitting = {slot.starts_at: slot for slot in without_overlaps(planned, visited(existing))}
    known = {slot.starts_at for slot in existing}
    wished = [_wished(slot, fitting[slot.starts_at]) for slot in existing if slot.starts_at in fitting]
    standing = [slot for slot in existing if slot.starts_at not in fitting]
    return Difference(
        new=[slot for starts_at, slot in fitting.items() if starts_at not in known],
        again=[wish for slot, wish in wished if wish.is_open and not slot.is_open],
        changed=[wish for slot, wish in wished if wish.is_open == slot.is_open and _differ(slot, wish)],
        gone=[slot.id for slot in standing if slot.is_open],
        outside=[slot.id for slot in standing if slot.booked],
        crowded=[
            slot.id for slot, wish in wished if slot.booked > wish.capacity and slot.capacity != wish.capacity
        ],
    )


def _wished(slot: Slot, planned: Slot) -> tuple[Slot, Slot]:
    """Tell what the schedule wants of a slot; what a person set, and the length of a visit, stay."""
    wish = Slot(
        id=slot.id,
        is_open=slot.is_open or not slot.closed_by_hand,
        ends_at=slot.ends_at if slot.booked else planned.ends_at,
        capacity=slot.capacity if slot.capacity_by_hand else planned.capacity,
        starts_at=slot.starts_at,
    )
    return slot, wish


def _differ(slot: Slot, wish: Slot) -> bool:
    return (slot.ends_at, slot.capacity) != (wish.ends_at, wish.capacity)


def _standing(now: datetime) -> QuerySet[Booking]:
    found: QuerySet[Booking] = Booking.objects.filter(state=Booking.State.ACTIVE).select_related("slot")
    return found.filter(slot__starts_at__gt=now)


def _visits(
    place_ids: tuple[UUID, ...], outside: Sequence[UUID], scope: str, now: datetime
) -> QuerySet[Booking]:
    if scope == "all":
        found = _standing(now).filter(slot__place_id__in=place_ids)
    else:
        found = _standing(now).filter(slot_id__in=outside)
    return found.order_by("slot__starts_at", "number")


def _in_the_way(booking: Booking) -> VisitInTheWay:
    known = {"number": booking.number, "people": booking.party_size}
    return VisitInTheWay(
        label=_("予約番号 %(number)s（%(people)s人）") % known,
        place_id=booking.slot.place_id,
        starts_at=booking.slot.starts_at,
        url=reverse("reservations:detail", args=[booking.id]),
    )
