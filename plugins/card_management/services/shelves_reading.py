"""What a bar code names, and what became of reading it."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from uuid import UUID

from madoguchi.hooks.contracts.eyes import Eyes
from plugins.card_management.models import Card
from plugins.card_management.services.codes import cards_of_code
from plugins.card_management.services.reach import reached

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.utils.functional import _StrPromise

TAIL: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What became of one scanned code, in words for whoever holds the reader."""

    is_good: bool
    text: "str | _StrPromise"
    code: str
    card: UUID | None = None
    among: tuple[UUID, ...] = ()
    """The cards of one number among which somebody has to choose."""


def tail(text: str) -> str:
    """Give the last signs of a code, by which whoever holds the card recognises it."""
    return f"…{text[-TAIL:]}" if len(text) > TAIL else text


def cards_of(text: str) -> list[UUID]:
    """Find the cards of a scanned number: several where a number repeats."""
    return cards_of_code(code=text)


def card_of(text: str, *, among: Collection[UUID]) -> UUID | None:
    """Find the card of a scanned number, among several with that number one of those that are looked for."""
    found = cards_of(text)
    wanted = [card for card in found if card in among]
    return next(iter(wanted or found), None)


def cards(found: Collection[UUID]) -> "QuerySet[Card]":
    """Look some cards up."""
    return Card.objects.filter(id__in=found).order_by("arrived_on", "id")


def seen_by(found: "QuerySet[Card]", *, eyes: Eyes) -> "QuerySet[Card]":
    """Leave out the cards that neither lie nor are wanted at a place of a reader's work."""
    return found.filter(reached(eyes))
