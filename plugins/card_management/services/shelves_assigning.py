"""Give new cards a spot: the one that their file names, else the next free one by the city's rules."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Count, QuerySet

from madoguchi.ledger import vault
from madoguchi.ledger.audit.actors import Actor
from plugins.card_management.models import SEALED, Card
from plugins.card_management.models.shelves import AssignmentRule, Spot, SpotMove
from plugins.card_management.rules.life_cycle import State
from plugins.card_management.rules.shelves_assigning import Conditions, Facts, fits
from plugins.card_management.services.shelves_putting import HOLDING
from plugins.card_management.services.shelves_records import one_at_a_time, record

MOST_AT_ONCE: Final = 20_000
PART: Final = 1_000
NEW_FOR: Final = timedelta(days=2)
_FIELDS: Final = ("id", "sealed", "storage", "batch", "kind")
# One statement for a thousand cards; somebody may have put one of them somewhere meanwhile.
_LAY: Final = """
    UPDATE card_management_card AS card
       SET spot_id = fresh.spot, site = fresh.site, storage = fresh.name, updated_at = %s
      FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::text[]) AS fresh (id, spot, site, name)
     WHERE card.id = fresh.id AND card.spot_id IS NULL
 RETURNING card.id
"""
_HEAD: Final = re.compile(r"[^\W\d_a-zA-Z]+")
_BETWEEN: Final = re.compile(r"[,、]")


@dataclass(frozen=True, slots=True)
class Assigned:
    """How many cards got a spot, and how many wait for somebody to say where."""

    count: int
    left: int


@dataclass(frozen=True, slots=True)
class _Choice:
    card: UUID
    spot: Spot
    how: str
    before: str


@dataclass(slots=True)
class _Room:
    """How much room is left, spot by spot in walking order."""

    spots: Sequence[Spot]
    held: Mapping[UUID, int]
    taken: dict[UUID, int] = field(default_factory=lambda: defaultdict(int))
    full: dict[UUID, int] = field(default_factory=dict)
    own: dict[UUID, list[Spot]] = field(default_factory=dict)

    def has(self, spot: Spot) -> bool:
        inside = self.held.get(spot.pk, 0) + self.taken[spot.pk]
        return spot.is_open and (not spot.capacity or inside < spot.capacity)

    def take(self, spot: Spot) -> Spot:
        self.taken[spot.pk] += 1
        return spot

    def next_free(self, rule: AssignmentRule) -> Spot | None:
        """Find the next spot of a rule; what was found full is not looked at again."""
        if rule.pk not in self.own:
            self.own[rule.pk] = _of_rule(rule, self.spots)
        own = self.own[rule.pk]
        for step in range(self.full.get(rule.pk, 0), len(own)):
            if self.has(own[step]):
                self.full[rule.pk] = step
                return self.take(own[step])
        self.full[rule.pk] = len(own)
        return None


def assign_new(*, actor: Actor, now: datetime) -> Assigned:
    """Give a spot to what came in during the last days and has none."""
    return assign(cards=Card.objects.filter(updated_at__gte=now - NEW_FOR), actor=actor, now=now)


def assign(*, cards: "QuerySet[Card]", actor: Actor, now: datetime, by_rules: bool = False) -> Assigned:
    """Give spots to those of these cards that lie nowhere yet.

    A card whose file names a place that nobody knows waits for somebody to look at it, unless ``by_rules``.
    """
    with transaction.atomic():
        if not Spot.objects.exists():
            return Assigned(count=0, left=0)
        waiting = cards.filter(spot=None, state__in=(State.ARRIVED, State.STORED))
        rows = list(waiting.order_by("arrived_on", "id").values(*_FIELDS)[:MOST_AT_ONCE])
        if not rows:
            return Assigned(count=0, left=0)
        one_at_a_time()
        spots = list(Spot.objects.select_related("place"))
        chosen = list(_choose(rows, spots, by_rules=by_rules))
        for first in range(0, len(chosen), PART):
            _write(chosen[first : first + PART], actor=actor, now=now)
    return Assigned(count=len(chosen), left=len(rows) - len(chosen))


def _choose(rows: Iterable[dict[str, Any]], spots: Sequence[Spot], *, by_rules: bool) -> Iterator[_Choice]:
    held = Card.objects.filter(spot__isnull=False, state__in=HOLDING).values("spot").annotate(n=Count("id"))
    room = _Room(spots=spots, held={row["spot"]: row["n"] for row in held.order_by()})
    named = _Names(spots)
    rules = [(rule, _conditions(rule)) for rule in AssignmentRule.objects.all()]
    opener = vault.sealer(place=SEALED)
    for row in rows:
        known = named.find(row["storage"])
        if known is not None and room.has(known):
            yield _Choice(row["id"], room.take(known), "file", row["storage"])
        elif rules and (by_rules or not row["storage"]):
            facts = _facts(row, opener.open(row["sealed"], row["id"]))
            fitting = (room.next_free(rule) for rule, wanted in rules if fits(conditions=wanted, facts=facts))
            spot = next((each for each in fitting if each is not None), None)
            if spot is not None:
                yield _Choice(row["id"], spot, "rule", row["storage"])


@dataclass(slots=True)
class _Names:
    """Spots by what files call them: A-01-001, or 本庁A-01-001 where one place begins so."""

    spots: Sequence[Spot]
    by_name: dict[str, list[Spot]] = field(init=False)

    def __post_init__(self) -> None:
        self.by_name = defaultdict(list)
        for spot in self.spots:
            self.by_name[_plain(spot.name)].append(spot)

    def find(self, storage: str) -> Spot | None:
        text = _plain(storage)
        if not text:
            return None
        found = self.by_name.get(text, [])
        head = _HEAD.match(text)
        if not found and head is not None:
            rest = self.by_name.get(text[head.end() :], [])
            found = [spot for spot in rest if _plain(spot.place.name).startswith(head.group())]
        return found[0] if len(found) == 1 else None


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).upper().split())


def _of_rule(rule: AssignmentRule, spots: Sequence[Spot]) -> list[Spot]:
    cabinets = {name.strip() for name in _BETWEEN.split(rule.cabinets) if name.strip()}
    return [
        spot
        for spot in spots
        if spot.place_id == rule.place_id and (not cabinets or spot.cabinet in cabinets)
    ]


def _conditions(rule: AssignmentRule) -> Conditions:
    areas = tuple(area.strip() for area in _BETWEEN.split(rule.area) if area.strip())
    return Conditions(batch=rule.batch, kind=rule.kind, areas=areas, kana_rows=rule.kana_rows)


def _facts(row: Mapping[str, Any], opened: Mapping[str, Any]) -> Facts:
    return Facts(
        batch=row["batch"],
        kind=row["kind"],
        kana=opened.get("kana", ""),
        address=opened.get("address", ""),
    )


def _write(chosen: Sequence[_Choice], *, actor: Actor, now: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_LAY, [now, *_columns(chosen)])
        laid = {card for (card,) in cursor.fetchall()}
    SpotMove.objects.bulk_create(
        SpotMove(
            card_id=each.card,
            from_name=each.before,
            to_name=each.spot.name,
            place_name=each.spot.place.name,
            how=each.how,
            moved_at=now,
            actor_id=actor.id,
            actor_name=actor.name,
        )
        for each in chosen
        if each.card in laid
    )
    if laid:
        record("assigned", "card", sorted(laid), actor=actor, now=now, count=len(laid))


def _columns(chosen: Sequence[_Choice]) -> tuple[list[Any], ...]:
    return (
        [each.card for each in chosen],
        [each.spot.pk for each in chosen],
        [each.spot.place_id for each in chosen],
        [each.spot.name for each in chosen],
    )
