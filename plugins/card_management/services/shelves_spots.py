"""The master of storage: spots made in bulk, changed one by one, walked in an order of the city's own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from madoguchi.errors import DomainError, NotFound
from madoguchi.ledger.audit.actors import Actor
from madoguchi.places.models import Place
from plugins.card_management.models.shelves import AssignmentRule, Spot
from plugins.card_management.rules.shelves_codes import HIGHEST_NUMBER
from plugins.card_management.rules.shelves_layout import Layout, spots_of
from plugins.card_management.services.shelves_records import next_number, record

BATCH = 2_000
_SAID: Final = ("order", "cabinets", "batch", "kind", "area", "kana_rows")
STEP = 10
"""Between two spots of the walk there is room for others."""


class SpotNotFound(NotFound):
    """There is no such spot."""

    code = "spot_not_found"
    message = _("この保管場所は見つかりません。")


class RuleNotFound(NotFound):
    """There is no such rule."""

    code = "rule_not_found"
    message = _("この決まりは見つかりません。")


class NoNumbersLeft(DomainError):
    """The bar codes of spots have six digits."""

    code = "no_numbers_left"
    message = _("保管場所の番号が足りません。")


@dataclass(frozen=True, slots=True)
class Made:
    """How many spots were made, and how many were there already."""

    count: int
    known: int


def make(*, place_id: UUID, layout: Layout, capacity: int, actor: Actor, now: datetime) -> Made:
    """Make the spots of a layout that the place does not have yet.

    Raises TooManySpots and NoNumbersLeft.
    """
    wanted = list(spots_of(layout))
    with transaction.atomic():
        number = next_number(Spot)
        known = set(Spot.objects.filter(place_id=place_id).values_list("name", flat=True))
        last = Spot.objects.filter(place_id=place_id).aggregate(last=Max("walk"))["last"] or 0
        fresh = [each for each in wanted if each.name not in known]
        if number + len(fresh) - 1 > HIGHEST_NUMBER:
            raise NoNumbersLeft
        rows = [
            Spot(
                number=number + step,
                place_id=place_id,
                cabinet=each.cabinet,
                shelf=each.shelf,
                box=each.box,
                position=each.position,
                name=each.name,
                walk=last + STEP * (step + 1),
                capacity=capacity,
            )
            for step, each in enumerate(fresh)
        ]
        Spot.objects.bulk_create(rows, batch_size=BATCH)
        if rows:
            record("spots_made", "spot", [rows[0].pk, rows[-1].pk], actor=actor, now=now, count=len(rows))
    return Made(count=len(fresh), known=len(wanted) - len(fresh))


def change(*, spot_id: UUID, capacity: int, is_open: bool, actor: Actor, now: datetime) -> None:
    """Change how much a spot takes, or close it for new cards.

    Raises SpotNotFound.
    """
    with transaction.atomic():
        spot = Spot.objects.select_for_update().filter(pk=spot_id).first()
        if spot is None:
            raise SpotNotFound
        spot.capacity, spot.is_open = capacity, is_open
        spot.save(update_fields=["capacity", "is_open"])
        record("spot_changed", "spot", [spot_id], actor=actor, now=now, capacity=capacity, is_open=is_open)


def put_in_order(*, place_id: UUID, cabinets: Sequence[str], actor: Actor, now: datetime) -> int:
    """Walk the cabinets of a place in this order, each from first box to last, and count the spots."""
    wanted = {name: order for order, name in enumerate(cabinets)}
    with transaction.atomic():
        spots = list(Spot.objects.select_for_update().filter(place_id=place_id))
        spots.sort(key=lambda spot: (wanted.get(spot.cabinet, len(wanted)), spot.walk))
        for step, spot in enumerate(spots):
            spot.walk = STEP * (step + 1)
        Spot.objects.bulk_update(spots, ["walk"], batch_size=BATCH)
        record("spots_ordered", "place", [place_id], actor=actor, now=now, cabinets=list(cabinets))
    return len(spots)


def add_rule(*, place_id: UUID, conditions: Mapping[str, str], actor: Actor, now: datetime) -> UUID:
    """Put a rule behind the others."""
    last = AssignmentRule.objects.aggregate(last=Max("order"))["last"] or 0
    made = AssignmentRule.objects.create(order=last + 1, place_id=place_id, **conditions)
    record("rule_added", "rule", [made.pk], actor=actor, now=now)
    return made.pk


def remove_rule(*, rule_id: UUID, actor: Actor, now: datetime) -> dict[str, str | int]:
    """Take a rule away; cards stay where it put them. What it said is given back.

    Raises RuleNotFound.
    """
    with transaction.atomic():
        found = AssignmentRule.objects.select_for_update().filter(pk=rule_id).first()
        if found is None:
            raise RuleNotFound
        said: dict[str, str | int] = {name: getattr(found, name) for name in _SAID}
        said |= {"rule": str(rule_id), "place": str(found.place_id)}
        found.delete()
        record("rule_removed", "rule", [rule_id], actor=actor, now=now)
    return said


def bring_rule_back(*, said: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    """Put a rule back where it stood.

    Raises RuleNotFound when its place is gone.
    """
    if not Place.objects.filter(pk=said["place"]).exists():
        raise RuleNotFound
    with transaction.atomic():
        AssignmentRule.objects.get_or_create(
            pk=UUID(said["rule"]),
            defaults={"place_id": UUID(said["place"]), **{name: said[name] for name in _SAID}},
        )
        record("rule_added", "rule", [said["rule"]], actor=actor, now=now)
