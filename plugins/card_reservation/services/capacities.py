"""Hands on slots: another capacity, closed or open again, for one day at one place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madoguchi import clock
from madoguchi.accounts.desk.undoing import MovedOn
from madoguchi.errors import Invalid
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import Actor
from madoguchi.ledger.values import JSON
from madoguchi.web.dates import japanese_time
from plugins.card_reservation.models import PICKUP_ID, Booking, Slot

LARGEST = 500


class BelowBooked(Invalid):
    """More people are booked than the wished capacity would let in."""

    code = "capacity_below_booked"
    message = _("予約が入っている人数より少ない定員にはできません。")


@dataclass(frozen=True, slots=True)
class SlotRow:
    """A slot as administrators see it, closed ones too."""

    id: UUID
    starts_at: datetime
    ends_at: datetime
    capacity: int
    booked: int
    is_open: bool
    is_past: bool
    is_outside: bool


@dataclass(frozen=True, slots=True)
class Wish:
    """What a slot shall be."""

    capacity: int
    is_open: bool


@dataclass(frozen=True, slots=True)
class CrowdedVisit:
    """A visit in a slot that shall hold fewer people than are booked."""

    booking_id: UUID
    number: str
    people: int
    starts_at: datetime


def slots_of_day(
    *, place_id: UUID, first: date, last: date, now: datetime, service_id: UUID = PICKUP_ID
) -> list[SlotRow]:
    """List the slots of days at a place with their counts; those outside the hours only where booked."""
    found = Slot.objects.filter(place_id=place_id, service_id=service_id, day__range=(first, last)).order_by(
        "starts_at"
    )
    return [
        SlotRow(
            id=slot.id,
            starts_at=slot.starts_at,
            ends_at=slot.ends_at,
            capacity=slot.capacity,
            booked=slot.booked,
            is_open=slot.is_open,
            is_past=slot.starts_at <= now,
            is_outside=not slot.is_open and not slot.closed_by_hand,
        )
        for slot in found
        if slot.is_open or slot.closed_by_hand or slot.booked
    ]


def crowded(*, wishes: Mapping[UUID, Wish]) -> list[CrowdedVisit]:
    """List the visits of the slots that shall hold fewer people than are booked."""
    slots = Slot.objects.filter(pk__in=list(wishes))
    below = [slot.pk for slot in slots if wishes[slot.pk].capacity < slot.booked]
    found = Booking.objects.filter(slot_id__in=below, state=Booking.State.ACTIVE).select_related("slot")
    return [
        CrowdedVisit(booking.id, booking.number, booking.party_size, booking.slot.starts_at)
        for booking in found.order_by("slot__starts_at", "number")
    ]


def next_day(*, place_id: UUID, now: datetime, service_id: UUID = PICKUP_ID) -> date | None:
    """Name the first day that still has an open slot at a place."""
    ahead = Slot.objects.filter(place_id=place_id, service_id=service_id, is_open=True, starts_at__gt=now)
    return ahead.order_by("starts_at").values_list("day", flat=True).first()


def change(
    *,
    place_id: UUID,
    wishes: Mapping[UUID, Wish],
    actor: Actor,
    now: datetime,
    keeps_visits: bool = False,
) -> dict[str, JSON]:
    """Set capacities and open or close slots that lie ahead; return what was there, by slot.

    Raises BelowBooked, and then changes nothing, unless the visits shall stay beyond the capacity.
    """
    before: dict[str, JSON] = {}
    with transaction.atomic():
        locked = Slot.objects.select_for_update().filter(place_id=place_id, pk__in=list(wishes))
        changed = [slot for slot in locked.order_by("pk") if _differs(slot, wishes[slot.id], now)]
        for slot in changed:
            wish = wishes[slot.id]
            if wish.capacity < slot.booked and wish.capacity != slot.capacity and not keeps_visits:
                raise BelowBooked(slot_id=slot.id)
            kept = [slot.capacity, slot.is_open, wish.capacity, wish.is_open, slot.capacity_by_hand]
            before[str(slot.id)] = kept
            slot.capacity_by_hand = slot.capacity_by_hand or slot.capacity != wish.capacity
            slot.capacity, slot.is_open, slot.closed_by_hand = wish.capacity, wish.is_open, not wish.is_open
            # Whoever is booked comes all the same, and stands there as beyond the capacity.
            slot.allowance = max(slot.booked - wish.capacity, 0)
            slot.save(
                update_fields=["capacity", "capacity_by_hand", "is_open", "closed_by_hand", "allowance"]
            )
        if changed:
            _record(place_id, changed, before, actor, now)
    return before


def put_back(*, place_id: UUID, before: Mapping[str, Sequence[int]], actor: Actor, now: datetime) -> None:
    """Give slots what they had.

    Raises MovedOn when somebody has changed them since, or booked what would no longer fit.
    """
    with transaction.atomic():
        keys = [UUID(key) for key in before]
        found = {
            str(slot.id): slot for slot in Slot.objects.select_for_update().filter(pk__in=keys).order_by("pk")
        }
        for key, (_capacity, _is_open, new_capacity, is_now_open, *_by_hand) in before.items():
            slot = found.get(key)
            if slot is None or (slot.capacity, slot.is_open) != (new_capacity, bool(is_now_open)):
                raise MovedOn
        wishes = {
            UUID(key): Wish(capacity=int(capacity), is_open=bool(is_open))
            for key, (capacity, is_open, *_new) in before.items()
        }
        try:
            change(place_id=place_id, wishes=wishes, actor=actor, now=now)
        except BelowBooked as refusal:
            raise MovedOn from refusal
        # What nobody had set before follows the plan again.
        planned = [UUID(key) for key, (*_values, was_by_hand) in before.items() if not was_by_hand]
        Slot.objects.filter(pk__in=planned).update(capacity_by_hand=False)


def _differs(slot: Slot, wish: Wish, now: datetime) -> bool:
    is_outside = not slot.is_open and not slot.closed_by_hand
    if slot.starts_at <= now or is_outside:
        return False
    return (slot.capacity, slot.is_open) != (wish.capacity, wish.is_open)


def _record(
    place_id: UUID, changed: Sequence[Slot], before: Mapping[str, JSON], actor: Actor, now: datetime
) -> None:
    first = changed[0]
    audit.record(
        actor=actor,
        action="card_reservation.slots_changed",
        object_type="card_reservation.slot",
        object_ids=[str(slot.id) for slot in changed],
        now=now,
        details={
            "day": clock.local(first.starts_at).date().isoformat(),
            "place": first.place.name,
            "from": {"slots": [_said(slot, before, old=True) for slot in changed]},
            "to": {"slots": [_said(slot, before, old=False) for slot in changed]},
        },
    )


def _said(slot: Slot, before: Mapping[str, JSON], *, old: bool) -> str:
    kept = before[str(slot.id)]
    assert isinstance(kept, list)
    capacity, is_open = kept[:2] if old else kept[2:4]
    return f"{japanese_time(slot.starts_at)} {capacity if is_open else '×'}"
