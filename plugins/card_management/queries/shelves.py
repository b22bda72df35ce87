"""What can be asked about where cards lie."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from madoguchi.hooks.contracts.eyes import Eyes
from madoguchi.hooks.contracts.pickups import KANA, NAME, STORAGE
from madoguchi.ledger import vault
from madoguchi.places import queries as places
from madoguchi.places.queries import PlaceView
from madoguchi.web.tables import Asked, Table
from madoguchi.web.tables.rows import QueryRows
from plugins.card_management.models import SEALED, Card
from plugins.card_management.models.shelves import AssignmentRule, Spot, SpotMove
from plugins.card_management.rules.life_cycle import State
from plugins.card_management.services.reach import reaches
from plugins.card_management.services.shelves_putting import HOLDING
from plugins.card_management.services.shelves_reading import seen_by
from plugins.card_management.services.shelves_spots import SpotNotFound

_FIELDS: Final = (
    "id",
    "sealed",
    "state",
    "kind",
    "flags",
    "storage",
    "site",
    "spot_id",
    "spot__walk",
    "spot__place_id",
    "arrived_on",
    "wanted_on",
    "wanted_site",
    "reserved_at",
    "notice_sent_on",
    "deadline_on",
)
LAST_MOVES: Final = 12


@dataclass(frozen=True, slots=True)
class ShelfCard:
    """One card as whoever works at the shelves may see it."""

    id: UUID
    reference: str
    name: str
    kana: str
    state: State
    kind: str
    flags: tuple[str, ...]
    storage: str
    site: UUID | None
    place: str
    spot_id: UUID | None
    walk: int
    arrived_on: date
    wanted_on: date | None
    wanted_site: UUID | None
    wanted_place: str
    reserved_at: datetime | None
    notice_sent_on: date | None
    deadline_on: date | None


@dataclass(frozen=True)
class CardRows:
    """Cards of a list, found in the database and opened piece by piece."""

    found: "QuerySet[Card]"
    eyes: Eyes

    def narrowed(self, *, table: Table, asked: Asked) -> "CardRows":
        """Look for what is asked."""
        return replace(self, found=QueryRows(self.found).narrowed(table=table, asked=asked).found)

    def total(self) -> int | None:
        """Count the cards."""
        return self.found.count()

    def piece(self, *, first: int, count: int) -> Sequence[ShelfCard]:
        """Give some cards."""
        return shelf_cards(self.found, eyes=self.eyes, first=first, count=count)


def shelf_cards(
    found: "QuerySet[Card]", *, eyes: Eyes, first: int = 0, count: int | None = None
) -> list[ShelfCard]:
    """Open some cards for a reader."""
    last = None if count is None else first + count
    rows = list(_opened(found.values(*_FIELDS)[first:last]))
    names = place_names() if rows else {}
    return [_view(row, eyes, names) for row in rows]


def place_names() -> dict[UUID | None, str]:
    """Name the places of the city."""
    return {place.id: place.name for place in places.all_places()}


def places_of(eyes: Eyes) -> tuple[PlaceView, ...]:
    """List the places of a reader's work."""
    return places.places_seen_by(eyes=eyes)


def spots(*, eyes: Eyes) -> "QuerySet[Spot]":
    """List the spots of a reader's places with how many cards each holds."""
    held = Count("cards", filter=Q(cards__state__in=[state.value for state in HOLDING]))
    found = Spot.objects.select_related("place").annotate(held=held)
    return found if eyes.places is None else found.filter(place_id__in=eyes.places)


def spot(*, spot_id: UUID, eyes: Eyes) -> Any:
    """Find one spot with how many cards it holds.

    Raises SpotNotFound.
    """
    found = spots(eyes=eyes).filter(pk=spot_id).first()
    if found is None:
        raise SpotNotFound
    return found


def spot_of_number(*, number: int, eyes: Eyes) -> Any:
    """Find the spot of a bar code.

    Raises SpotNotFound.
    """
    found = spots(eyes=eyes).filter(number=number).first()
    if found is None:
        raise SpotNotFound
    return found


def cards_in(*, spot_id: UUID) -> "QuerySet[Card]":
    """List the cards that lie in a spot by the books."""
    return Card.objects.filter(spot_id=spot_id, state__in=HOLDING).order_by("arrived_on", "id")


def cabinets(*, place_id: UUID) -> list[str]:
    """List the cabinets of a place in walking order."""
    found = Spot.objects.filter(place_id=place_id).order_by("walk").values_list("cabinet", flat=True)
    return list(dict.fromkeys(found))


def not_located(*, eyes: Eyes) -> "QuerySet[Card]":
    """List the cards that should lie somewhere and of which nobody knows where."""
    wanted = (State.ARRIVED, State.STORED, State.REDO)
    found = Card.objects.filter(spot=None, state__in=wanted)
    return seen_by(found, eyes=eyes)


def rules() -> list[AssignmentRule]:
    """List the rules in the order in which they are tried."""
    return list(AssignmentRule.objects.select_related("place"))


def last_moves(*, actor_id: str) -> list[SpotMove]:
    """List what somebody last put somewhere."""
    found = SpotMove.objects.filter(actor_id=actor_id, how="scan").order_by("-id")
    return list(found[:LAST_MOVES])


def moves_of(*, card_id: UUID) -> list[SpotMove]:
    """List where a card lay before, newest first."""
    return list(SpotMove.objects.filter(card_id=card_id).order_by("-id"))


def _opened(rows: Iterable[dict[str, Any]]) -> Iterable[dict[str, Any]]:
    opener = vault.sealer(place=SEALED)
    for row in rows:
        yield {**row, **opener.open(row["sealed"], row["id"])}


def _view(row: dict[str, Any], eyes: Eyes, names: Mapping[UUID | None, str]) -> ShelfCard:
    site = row["site"] or row["spot__place_id"]
    # Whoever scans any number of another place learns no name by it.
    is_own = reaches(eyes, site=site, wanted_site=row["wanted_site"], state=row["state"])
    return ShelfCard(
        id=row["id"],
        reference=row["reference"],
        name=eyes.text(NAME, row["name"]) if is_own else "",
        kana=eyes.text(KANA, row["kana"]) if is_own else "",
        state=State(row["state"]),
        kind=row["kind"],
        flags=tuple(row["flags"]),
        storage=eyes.text(STORAGE, row["storage"]),
        site=site,
        place=names.get(site, ""),
        spot_id=row["spot_id"],
        walk=row["spot__walk"] or 0,
        arrived_on=row["arrived_on"],
        wanted_on=row["wanted_on"],
        wanted_site=row["wanted_site"],
        wanted_place=names.get(row["wanted_site"], ""),
        reserved_at=row["reserved_at"],
        notice_sent_on=row["notice_sent_on"],
        deadline_on=row["deadline_on"],
    )


def read_for_health() -> None:
    """Touch the tables of the shelves and read nothing in them."""
    for model in (Spot, SpotMove, AssignmentRule):
        model.objects.exists()
