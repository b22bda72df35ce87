"""How somebody on the renewal list meets the cards that were made."""

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Any

from plugins.card_management.rules.facts import Flag
from plugins.card_management.rules.register_matching import fold_name
from plugins.card_management.rules.register_reasons import Standing


class Match(StrEnum):
    """Where a person was found."""

    BOTH = "both"
    ONLY_LIST = "only_list"
    CONFLICT = "conflict"


class Exceptional(StrEnum):
    """Why somebody needs no renewal in the usual way, or can have none."""

    DIED = "died"
    MOVED = "moved"
    EXPIRED = "expired"


def compare(*, listed: Mapping[str, Any], issued: Sequence[Mapping[str, Any]]) -> tuple[Match, int | None]:
    """Match a person with the cards of one reading and birth date, naming the card by its place.

    A number in the list must be the card's own; two cards of one name, or a card of another name, are a
    conflict that a person settles.
    """
    if not issued:
        return Match.ONLY_LIST, None
    number = listed.get("reference", "")
    if number:
        numbered = [index for index, card in enumerate(issued) if card.get("reference") == number]
        if len(numbered) == 1 and _is_same(listed, issued[numbered[0]]):
            return Match.BOTH, numbered[0]
        return Match.CONFLICT, None
    named = [index for index, card in enumerate(issued) if _is_same(listed, card)]
    if len(named) == 1 and len(issued) == 1:
        return Match.BOTH, named[0]
    return Match.CONFLICT, None


def is_doubtful(*, listed: Mapping[str, Any], card: Mapping[str, Any]) -> bool:
    """Tell whether a card under the same number may be this person's with a slip in the other words."""
    born, reading = listed.get("born_on", ""), _folded(listed)
    same_day = bool(born) and born == card.get("born_on", "")
    same_reading = bool(reading) and reading == _folded(card)
    return same_day != same_reading


def exception_of(
    *, expires_on: date | None, standing: Standing, flags: Sequence[str], today: date
) -> Exceptional | None:
    """Name why a person stands on the list of exceptions, the gravest reason first."""
    if standing is Standing.DIED or Flag.DIED in flags:
        return Exceptional.DIED
    is_gone = standing in (Standing.MOVED_OUT, Standing.REMOVED)
    if is_gone or Flag.MOVED_OUT in flags or Flag.REMOVED in flags:
        return Exceptional.MOVED
    if expires_on is not None and expires_on < today:
        return Exceptional.EXPIRED
    return None


def _is_same(listed: Mapping[str, Any], card: Mapping[str, Any]) -> bool:
    return fold_name(str(listed.get("name", ""))) == fold_name(str(card.get("name", "")))


def _folded(words: Mapping[str, Any]) -> str:
    return fold_name(str(words.get("kana", "")))
