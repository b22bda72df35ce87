"""Slots follow the hours: new times open, those that fall away close, booked ones keep their visits."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from madoguchi import clock
from madoguchi.hooks.contracts.openings import OpeningEffect, VisitInTheWay
from plugins.card_reservation.models import Booking, PlaceRules, Slot
from plugins.card_reservation.services.slots import horizon, planned_slots

SHOWN_VISITS = 50
AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Difference:
    """What stands between the slots of a place and its hours."""

    new: Sequence[Slot]
    again: Sequence[Slot]
    gone: Sequence[UUID]
    outside: Sequence[UUID]


def follow(*, place_ids: tuple[UUID, ...], now: datetime) -> None:
    """Open and close slots until they equal the hours; visits and what a person closed stay as they are."""
    with transaction.atomic():
        _give_rules(place_ids)
        for rules in _rules_of(place_ids):
            difference = _difference(rules, now)
            Slot.objects.bulk_create(difference.new, ignore_conflicts=True, batch_size=1000)
            Slot.objects.bulk_update(difference.again, ["is_open", "ends_at"], batch_size=500)
            for start in range(0, len(difference.gone), AT_ONCE):
                Slot.objects.filter(pk__in=difference.gone[start : start + AT_ONCE]).update(is_open=False)


def effects(*, place_ids: tuple[UUID, ...], scope: str, now: datetime) -> OpeningEffect:
    """Tell what following would change, and which visits stand in the way."""
    with transaction.atomic():
        _give_rules(place_ids)
        differences = [_difference(rules, now) for rules in _rules_of(place_ids)]
    outside = [slot_id for difference in differences for slot_id in difference.outside]
    found = _visits(place_ids, outside, scope, now)
    return OpeningEffect(
        opened=sum(len(difference.new) + len(difference.again) for difference in differences),
        closed=sum(len(difference.gone) for difference in differences),
        visits=tuple(_in_the_way(booking) for booking in found[:SHOWN_VISITS]),
        visits_in_all=found.count(),
    )


def _rules_of(place_ids: Iterable[UUID]) -> QuerySet[PlaceRules]:
    return PlaceRules.objects.filter(place_id__in=place_ids).order_by("place_id")


def _give_rules(place_ids: tuple[UUID, ...]) -> None:
    """A new place takes bookings the way the first one does, until somebody says otherwise."""
    pattern = PlaceRules.objects.order_by("place__order", "place__code").first()
    if pattern is None:
        return
    known = set(_rules_of(place_ids).values_list("place_id", flat=True))
    for place_id in place_ids:
        if place_id not in known:
            pattern.pk = place_id
            pattern.place_id = place_id
            pattern.latest_on = None
            pattern.save(force_insert=True)


def _difference(rules: PlaceRules, now: datetime) -> Difference:
    today = clock.local(now).date()
    last = horizon(rules, today)
    planned: Mapping[datetime, Slot] = {
        slot.starts_at: slot for slot in planned_slots(rules, today, last) if slot.starts_at > now
    }
    found = Slot.objects.filter(place_id=rules.place_id, day__range=(today, last), starts_at__gt=now)
    existing = {slot.starts_at: slot for slot in found}
    again = [
        _opened_again(slot, planned[starts_at])
        for starts_at, slot in existing.items()
        if starts_at in planned and not slot.is_open and not slot.closed_by_hand
    ]
    return Difference(
        new=[slot for starts_at, slot in planned.items() if starts_at not in existing],
        again=again,
        gone=[slot.id for starts_at, slot in existing.items() if starts_at not in planned and slot.is_open],
        outside=[slot.id for starts_at, slot in existing.items() if starts_at not in planned and slot.booked],
    )


def _opened_again(slot: Slot, planned: Slot) -> Slot:
    slot.is_open = True
    if not slot.booked:
        slot.ends_at = planned.ends_at
    return slot


def _visits(
    place_ids: tuple[UUID, ...], outside: Sequence[UUID], scope: str, now: datetime
) -> QuerySet[Booking]:
    standing = Booking.objects.filter(state=Booking.State.ACTIVE).select_related("slot")
    if scope == "all":
        found = standing.filter(slot__place_id__in=place_ids, slot__starts_at__gt=now)
    else:
        found = standing.filter(slot_id__in=outside)
    return found.order_by("slot__starts_at", "number")


def _in_the_way(booking: Booking) -> VisitInTheWay:
    known = {"number": booking.number, "people": booking.party_size}
    return VisitInTheWay(
        label=_("予約番号 %(number)s（%(people)s人）") % known,
        place_id=booking.slot.place_id,
        starts_at=booking.slot.starts_at,
        url=reverse("reservations:detail", args=[booking.id]),
    )
