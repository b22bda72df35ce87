"""What is in parcels, and what became of it."""

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from madoguchi.hooks.contracts.eyes import Eyes
from plugins.card_management.models import Card
from plugins.card_management.models.shelves import Parcel, ShelfTask
from plugins.card_management.queries.shelves import ShelfCard, shelf_cards
from plugins.card_management.services import shelves_tasks

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

OUTCOMES: Final = {
    "packed": _("荷物の中"),
    "received": _("受け取り済み"),
    "missing": _("届いていない"),
    "extra": _("入っていないはず"),
}


@dataclass(frozen=True, slots=True)
class Content:
    """One card of a parcel."""

    card: ShelfCard
    wanted_on: date | None
    outcome: str
    is_settled: bool
    # The booking changed since it was packed.
    is_called_back: bool

    @property
    def label(self) -> "str | _StrPromise":
        """Say what became of it."""
        return OUTCOMES[self.outcome]

    @property
    def is_different(self) -> bool:
        """Tell whether somebody has to say what became of it."""
        return self.outcome in ("missing", "extra") and not self.is_settled


@dataclass(frozen=True, slots=True)
class SeenTask:
    """One task as a reader may see it."""

    id: UUID
    card: ShelfCard
    kind: str
    reason: str
    place: str
    since: object


def parcels(*, eyes: Eyes) -> "QuerySet[Parcel]":
    """List the parcels that begin or end at a reader's places."""
    open_ones = Q(cards__outcome__in=("missing", "extra"), cards__settled_at=None)
    found = Parcel.objects.select_related("from_place", "to_place").annotate(
        inside=Count("cards", filter=~Q(cards__outcome="extra")), different=Count("cards", filter=open_ones)
    )
    if eyes.places is None:
        return found
    return found.filter(Q(from_place_id__in=eyes.places) | Q(to_place_id__in=eyes.places))


def contents(*, parcel: Parcel, eyes: Eyes) -> list[Content]:
    """List the cards of a parcel; whoever works at either end sees all of them."""
    rows = list(parcel.cards.order_by("id"))
    ids = [row.card_id for row in rows]
    # What was packed is the business of both ends; what lay there besides may be anybody's.
    packed = [row.card_id for row in rows if row.outcome != "extra"]
    strange = [row.card_id for row in rows if row.outcome == "extra"]
    cards = {
        card.id: card
        for among, seen in ((packed, replace(eyes, places=None)), (strange, eyes))
        for card in shelf_cards(Card.objects.filter(id__in=among), eyes=seen)
    }
    called = set(ShelfTask.objects.filter(card_id__in=ids, done_at=None).values_list("card_id", flat=True))
    return [
        Content(
            cards[row.card_id],
            row.wanted_on,
            row.outcome,
            is_settled=row.settled_at is not None,
            is_called_back=row.card_id in called,
        )
        for row in rows
        if row.card_id in cards
    ]


def tasks(*, eyes: Eyes) -> list[SeenTask]:
    """List what is to be done, the oldest first."""
    rows = list(shelves_tasks.open_tasks(eyes=eyes))
    found = Card.objects.filter(id__in=[row.card_id for row in rows])
    cards = {card.id: card for card in shelf_cards(found, eyes=eyes)}
    return [
        SeenTask(
            row.pk,
            cards[row.card_id],
            row.kind,
            row.reason,
            row.place.name if row.place else "",
            row.since,
        )
        for row in rows
        if row.card_id in cards
    ]
