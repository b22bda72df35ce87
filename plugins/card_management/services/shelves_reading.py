"""What a bar code names, and what became of reading it."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from madoguchi.hooks.contracts.eyes import Eyes
from plugins.card_management.models import Card
from plugins.card_management.rules.life_cycle import State
from plugins.card_management.services.codes import cards_of_code
from plugins.card_management.services.reach import reached

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.utils.functional import _StrPromise

TAIL: Final = 4
_ELSEWHERE: Final = (State.EXPECTED, State.HANDED_OVER, State.DISPOSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What became of one scanned code, in words for whoever holds the reader."""

    is_good: bool
    text: "str | _StrPromise"
    code: str
    card: UUID | None = None
    among: tuple[UUID, ...] = ()
    """The cards of one number among which somebody has to choose."""
    is_doubtful: bool = False
    """It was done, and somebody should look whether it was meant."""


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


def pick(text: str, *, among: Collection[UUID], chosen: UUID | None) -> "Picked":
    """Find the card of a scanned number; where several in the house have it, somebody has to say which.

    The number alone cannot tell whose card is in a hand, even where only one of them is looked for.
    """
    found = cards_of(text)
    if chosen in found:
        return Picked(card=chosen)
    if len(found) > 1 and any(card in among for card in found):
        here = Card.objects.filter(id__in=found).exclude(state__in=_ELSEWHERE).order_by("arrived_on", "id")
        several = tuple(here.values_list("id", flat=True))
        if len(several) > 1:
            return Picked(among=several)
    return Picked(card=card_of(text, among=among))


def ask(picked: "Picked", *, code: str) -> Read:
    """Ask which of the cards of one number it is."""
    text = _("同じ番号のカードが2枚以上あります。氏名を見て、手元のカードを選んでください。")
    return Read(is_good=False, text=text, code=code, among=picked.among)


@dataclass(frozen=True, slots=True, kw_only=True)
class Picked:
    """The card of a number, or those among which somebody has to choose."""

    card: UUID | None = None
    among: tuple[UUID, ...] = ()


def cards(found: Collection[UUID]) -> "QuerySet[Card]":
    """Look some cards up."""
    return Card.objects.filter(id__in=found).order_by("arrived_on", "id")


def seen_by(found: "QuerySet[Card]", *, eyes: Eyes) -> "QuerySet[Card]":
    """Leave out the cards that neither lie nor are wanted at a place of a reader's work."""
    return found.filter(reached(eyes))
