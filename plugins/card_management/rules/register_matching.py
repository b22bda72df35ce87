"""Whose card it is, and what the register says against it: pure, over opened records."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from plugins.card_management.rules.facts import Flag
from plugins.card_management.rules.postal_words import fold, newer_forms
from plugins.card_management.rules.register_reasons import Standing

_GAPS: Final = re.compile(r"[\s・.,'\-]+")
_PREFECTURE: Final = re.compile(r"^(?:東京都|北海道|京都府|大阪府|..県|...県)")
_COUNTED: Final = re.compile(r"(?<=\d)(?:丁目|番地ノ|番地|番|号|ノ)")
_BUILDING: Final = re.compile(r"(?<=[\d号])[\s　]+")
_TO_THE_LOT: Final = re.compile(r"^\D*\d+(?:-\d+)*")
_STANDING_FLAGS: Final = {
    Standing.MOVED_OUT: Flag.MOVED_OUT,
    Standing.DIED: Flag.DIED,
    Standing.REMOVED: Flag.REMOVED,
}


@dataclass(frozen=True, slots=True)
class Match:
    """Which of some residents holds a card; ambiguous where more than one may."""

    index: int | None = None
    is_ambiguous: bool = False


@dataclass(frozen=True, slots=True)
class Ground:
    """Why a flag stands: the reason in the register and since when."""

    cause: str
    since: date | None


def fold_name(name: str) -> str:
    """Write a name as two registers of one person may both have it."""
    return _GAPS.sub("", newer_forms(unicodedata.normalize("NFKC", name))).upper()


def names_of(resident: Mapping[str, Any]) -> frozenset[str]:
    """List every name under which somebody may hold a card: also the common and the former one."""
    own = str(resident.get("name", ""))
    names = {own, str(resident.get("name_alphabet", "")), str(resident.get("common_name", ""))}
    former = str(resident.get("former_name", ""))
    given = re.split(r"[\s　]+", own.strip(), maxsplit=1)
    if former and len(given) > 1:
        names.add(f"{former}{given[1]}")
    return frozenset(fold_name(name) for name in names if name)


def fold_address(address: str, *, city: str = "") -> str:
    """Write an address up to the number of the house, without prefecture and city; 一丁目2番3号 is 1-2-3."""
    # What follows a gap after the number is a building and its room.
    text = _PREFECTURE.sub("", fold(_BUILDING.split(address.strip(), maxsplit=1)[0]))
    text = text.removeprefix(fold(city)) if city else text
    text = text.replace("大字", "")
    text = _COUNTED.sub("-", text)
    found = _TO_THE_LOT.match(text)
    return (found.group() if found else text).rstrip("-")


def match(*, card: Mapping[str, Any], residents: Sequence[Mapping[str, Any]], city: str = "") -> Match:
    """Find the holder among residents with the reading and birth date of a card.

    A name decides; between several of one name the address does. Where no name fits, the only one at the
    same address is the holder under a new name; anybody else is another person.
    """
    name = fold_name(str(card.get("name", "")))
    named = [index for index, resident in enumerate(residents) if name in names_of(resident)]
    if len(named) == 1:
        return Match(index=named[0])
    among = named or range(len(residents))
    home = fold_address(str(card.get("address", "")), city=city)
    same = [
        index for index in among if fold_address(str(residents[index].get("address", "")), city=city) == home
    ]
    if len(same) == 1:
        return Match(index=same[0])
    return Match(is_ambiguous=bool(named))


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What the register says of a holder beside their names."""

    standing: Standing
    reason: str = ""
    changed_on: date | None = None
    stay_until: date | None = None


def grounds(
    *,
    card: Mapping[str, Any],
    resident: Mapping[str, Any],
    held: Held,
    today: date,
    soon: timedelta,
    city: str = "",
) -> dict[Flag, Ground]:
    """List what the register says against a card, each with its reason."""
    found: dict[Flag, Ground] = {}
    ground = Ground(cause=held.reason, since=held.changed_on)
    gone = _STANDING_FLAGS.get(held.standing)
    if gone is not None:
        return {gone: ground}
    if fold_name(str(card.get("name", ""))) not in names_of(resident):
        found[Flag.NAME_CHANGED] = ground
    if fold_address(str(card.get("address", "")), city=city) != fold_address(
        str(resident.get("address", "")), city=city
    ):
        found[Flag.ADDRESS_CHANGED] = ground
    if held.stay_until is not None and held.stay_until < today:
        found[Flag.STAY_EXPIRED] = Ground(cause="stay", since=held.stay_until)
    elif held.stay_until is not None and held.stay_until <= today + soon:
        found[Flag.STAY_ENDS_SOON] = Ground(cause="stay", since=held.stay_until)
    return found
