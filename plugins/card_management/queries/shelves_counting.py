"""What a stocktake shows: its boxes, how far it is, and what differs, in words."""

from dataclasses import dataclass
from uuid import UUID

from madoguchi.hooks.contracts.eyes import Eyes
from madoguchi.hooks.contracts.pickups import STORAGE
from plugins.card_management.models import Card
from plugins.card_management.models.shelves import Spot, Stocktake, StocktakeCount
from plugins.card_management.queries.shelves import ShelfCard, shelf_cards
from plugins.card_management.rules.shelves_counting import Difference, Finding
from plugins.card_management.services.shelves_counting import read_findings, spots_of

SHOWN = 50
MOST_BOXES = 500


@dataclass(frozen=True, slots=True)
class Progress:
    """How many boxes are counted, and how many cards were read in them."""

    spots: int
    counted: int
    cards: int


@dataclass(frozen=True, slots=True)
class Box:
    """One spot of a stocktake."""

    name: str
    expected: int | None
    scanned: int
    counted_by: str
    is_done: bool


@dataclass(frozen=True, slots=True)
class SeenDifference:
    """One difference as a reader may see it."""

    kind: Difference
    spot: str
    card: ShelfCard | None
    belongs: str
    text: str


def stocktakes(*, eyes: Eyes) -> list[Stocktake]:
    """List the last stocktakes of a reader's places."""
    found = Stocktake.objects.select_related("place")
    if eyes.places is not None:
        found = found.filter(place_id__in=eyes.places)
    return list(found[:SHOWN])


def progress(*, stocktake: Stocktake) -> Progress:
    """Count how far a stocktake is, or was when it was signed."""
    if stocktake.closed_at is not None:
        said = stocktake.found
        return Progress(said["spots"], said["counted"], said["cards"])
    counts = list(stocktake.counts.values_list("scanned", "counted_at"))
    done = sum(at is not None for _cards, at in counts)
    return Progress(spots_of(stocktake).count(), done, sum(len(cards) for cards, _at in counts))


def boxes(*, stocktake: Stocktake, eyes: Eyes) -> list[Box]:
    """List the boxes in walking order with what was counted; what should lie there is told afterwards."""
    counts = {row.spot_id: row for row in stocktake.counts.all()}
    found = spots_of(stocktake).order_by("walk").values_list("id", "name")[:MOST_BOXES]
    return [_box(eyes.text(STORAGE, name), counts.get(key)) for key, name in found]


def _home(finding: Finding[UUID]) -> UUID | None:
    """Name the spot of the books: of a missing card it is the one in which it was looked for."""
    return finding.spot if finding.kind is Difference.MISSING else finding.belongs


def _box(name: str, count: StocktakeCount | None) -> Box:
    if count is None:
        return Box(name, None, 0, "", is_done=False)
    is_done = count.counted_at is not None
    expected = len(count.expected) if is_done else None
    return Box(name, expected, len(count.scanned), count.counted_by, is_done=is_done)


def box(*, stocktake: Stocktake, typed: str) -> StocktakeCount | None:
    """Find the box that is being counted."""
    try:
        key = UUID(typed)
    except ValueError:
        return None
    found = StocktakeCount.objects.select_related("spot").filter(pk=key, stocktake=stocktake)
    return found.filter(counted_at=None).first()


def differences(*, stocktake: Stocktake, eyes: Eyes) -> list[SeenDifference]:
    """List what differs, box by box."""
    found = read_findings(stocktake)
    spots = {each.spot for each in found} | {each.belongs for each in found if each.belongs}
    names = dict(Spot.objects.filter(pk__in=spots).values_list("pk", "name"))
    cards = {
        card.id: card
        for card in shelf_cards(
            Card.objects.filter(id__in=[each.card for each in found if each.card]), eyes=eyes
        )
    }
    return [
        SeenDifference(
            each.kind,
            eyes.text(STORAGE, names.get(each.spot, "")),
            cards.get(each.card) if each.card else None,
            eyes.text(STORAGE, names.get(_home(each) or UUID(int=0), "")),
            each.text,
        )
        for each in found
    ]
