"""The places themselves: added, described, ordered, shown and hidden by the city's own administrators."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.text import slugify

from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import Actor
from madoguchi.ledger.values import JSON
from madoguchi.places.changing import Done
from madoguchi.places.declarations import FIELDS
from madoguchi.places.models import Counter, Place
from madoguchi.places.queries import PlaceNotFound
from madoguchi.places.services import ORDINARY, add_hours

WRITTEN = tuple(name for name in FIELDS if name != "counters")
LONGEST_CODE = 30


@dataclass(frozen=True, slots=True)
class CounterView:
    """A desk of a place as pages show it."""

    number: int
    name: str


def counters_of(place_id: UUID) -> tuple[CounterView, ...]:
    """List the desks of a place by number."""
    found = Counter.objects.filter(place_id=place_id)
    return tuple(CounterView(number=counter.number, name=counter.name) for counter in found)


def add_place(entry: Mapping[str, Any], *, counters: Sequence[CounterView]) -> Done:
    """Add a place at the end of the list, with office hours; it is hidden until it is shown."""
    last = Place.objects.aggregate(last=Max("order"))["last"]
    made = Place.objects.create(
        code=_free_code(str(entry.get("name_en", ""))),
        order=0 if last is None else last + 1,
        is_public=False,
        **{name: entry.get(name, "") for name in WRITTEN},
    )
    add_hours(made, ORDINARY)
    _set_counters(made.id, counters)
    details: dict[str, JSON] = {name: str(entry[name]) for name in WRITTEN if entry.get(name)}
    return Done(action="places.added", place_ids=(made.id,), details=details)


def change_place(
    *, place_id: UUID, entry: Mapping[str, Any], counters: Sequence[CounterView], actor: Actor, now: datetime
) -> None:
    """Change what is written about a place; the audit keeps what was there before.

    Raises PlaceNotFound.
    """
    with transaction.atomic():
        found = _locked(place_id)
        before, after = _difference(found, entry, counters)
        if not after:
            return
        for name in WRITTEN:
            setattr(found, name, entry.get(name, ""))
        found.save(update_fields=WRITTEN)
        _set_counters(place_id, counters)
        details: dict[str, JSON] = {"from": before, "to": after}
        _record("places.changed", [place_id], details, actor, now)


def show_or_hide(*, place_id: UUID, is_public: bool) -> Done:
    """Let residents choose a place, or stop it; visits that were booked stay.

    Raises PlaceNotFound.
    """
    _locked(place_id)
    Place.objects.filter(pk=place_id).update(is_public=is_public)
    if is_public:
        return Done(action="places.shown", place_ids=(place_id,))
    return Done(action="places.hidden", place_ids=(place_id,), scope="all")


def move_place(*, place_id: UUID, to: Literal["up", "down"], actor: Actor, now: datetime) -> None:
    """Swap a place with its neighbour in the order in which residents read them.

    Raises PlaceNotFound.
    """
    with transaction.atomic():
        order = list(Place.objects.select_for_update().values_list("id", flat=True))
        if place_id not in order:
            raise PlaceNotFound(place_id=place_id)
        at = order.index(place_id)
        other = at - 1 if to == "up" else at + 1
        if not 0 <= other < len(order):
            return
        order[at], order[other] = order[other], order[at]
        for position, key in enumerate(order):
            Place.objects.filter(pk=key).update(order=position)
        _record("places.ordered", [place_id], {}, actor, now)


def _locked(place_id: UUID) -> Place:
    found = Place.objects.select_for_update().filter(pk=place_id).first()
    if found is None:
        raise PlaceNotFound(place_id=place_id)
    return found


def _difference(
    found: Place, entry: Mapping[str, Any], counters: Sequence[CounterView]
) -> tuple[dict[str, JSON], dict[str, JSON]]:
    changed = [name for name in WRITTEN if getattr(found, name) != entry.get(name, "")]
    before: dict[str, JSON] = {name: getattr(found, name) for name in changed}
    after: dict[str, JSON] = {name: entry.get(name, "") for name in changed}
    old, new = _say(counters_of(found.id)), _say(counters)
    if old != new:
        before["counters"], after["counters"] = old, new
    return before, after


def _say(counters: Sequence[CounterView]) -> str:
    return "、".join(f"{counter.number} {counter.name}".strip() for counter in counters)


def _set_counters(place_id: UUID, counters: Sequence[CounterView]) -> None:
    if tuple(counters) == counters_of(place_id):
        return
    Counter.objects.filter(place_id=place_id).delete()
    Counter.objects.bulk_create(
        Counter(place_id=place_id, number=counter.number, name=counter.name) for counter in counters
    )


def _free_code(name_en: str) -> str:
    stem = re.sub(r"-+", "-", slugify(name_en))[:LONGEST_CODE].strip("-") or "place"
    taken = set(Place.objects.filter(code__startswith=stem).values_list("code", flat=True))
    if stem not in taken and stem != "place":
        return stem
    return next(code for number in range(1, 10_000) if (code := f"{stem}-{number}") not in taken)


def _record(
    action: str, place_ids: Sequence[UUID], details: Mapping[str, JSON], actor: Actor, now: datetime
) -> None:
    audit.record(
        actor=actor,
        action=action,
        object_type="places.place",
        object_ids=[str(place_id) for place_id in place_ids],
        now=now,
        details=details,
    )
