"""Find the postal code of an address: the one right code, or codes to choose from, or nothing.

Japan Post's list is read backwards. A code is certain only where the town certainly ends where its name
ends and no other code is noted for the same town there; everything else is left to a person.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from plugins.card_management.rules.postal_notes import REST, Rest, covers, is_whole_town, read_rest
from plugins.card_management.rules.postal_words import fold

MOST_CANDIDATES: Final = 12
_MARKERS: Final = ("大字", "小字", "字")
# A street of Kyoto ends in one of these; the town follows.
_STREET: Final = re.compile(r"^(.*(?:上る|下る|東入|西入|上ル|下ル))(?:る|ル)?")
_FLOOR: Final = re.compile(r"(\d+)階")


@dataclass(frozen=True, slots=True)
class Town:
    """One line of Japan Post's list: where the code holds."""

    code: str
    area: str
    """Prefecture and municipality as written."""
    name: str
    key: str
    """The name as it is compared."""
    note: str = ""
    has_blocks: bool = False
    """The town is divided into 丁目."""

    @property
    def label(self) -> str:
        """Write the line for a person."""
        return f"{self.area}{self.name}{f'（{self.note}）' if self.note else ''}"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A code that may be right, and the place it stands for."""

    code: str
    label: str


@dataclass(frozen=True, slots=True)
class Lookup:
    """What the list says about an address; the code is empty unless it is certain."""

    code: str = ""
    candidates: tuple[Candidate, ...] = field(default=())
    reason: str = ""
    """Why it is not certain: ``town``, ``part``, ``municipality``, ``unknown``, or ``empty``."""


def look_up_in(*, towns: Sequence[Town], rest: str, default: Sequence[Town] = ()) -> Lookup:
    """Look for the town at the start of what follows the municipality; both are folded.

    ``default`` is what the list gives for places that it does not name: only ever a suggestion.
    """
    text = _without_marker(rest)
    if _STREET.match(text):
        return _by_street(towns, text) or _lookup(default, reason="unknown")
    fitting = _longest(towns, text)
    if not fitting:
        return _lookup(default, reason="unknown")
    after = _after(fitting, text)
    return _by_building(towns, fitting, after) or _by_part(fitting, after)


def _longest(towns: Sequence[Town], text: str) -> list[Town]:
    starts = [town for town in towns if text.startswith(town.key) and not _cuts(town.key, text)]
    longest = max((len(town.key) for town in starts), default=0)
    return [town for town in starts if len(town.key) == longest]


def _after(fitting: Sequence[Town], text: str) -> Rest:
    blocks = any(town.has_blocks or "丁目" in town.note for town in fitting)
    return read_rest(text[len(fitting[0].key) :], may_be_blocks=blocks)


def _cuts(key: str, text: str) -> bool:
    return key[-1].isdigit() and text[len(key) : len(key) + 1].isdigit()


def _by_part(fitting: Sequence[Town], after: Rest) -> Lookup:
    answers = {town: _answer(town, after) for town in fitting}
    sure = {town.code for town, answer in answers.items() if answer is True}
    open_ones = {town.code for town, answer in answers.items() if answer is None}
    if not sure and not open_ones:
        sure = {town.code for town in fitting if _is_rest(town)}
        if not sure:
            return _lookup(fitting, reason="part")
    if len(sure) == 1 and open_ones <= sure:
        return Lookup(code=next(iter(sure)), candidates=tuple(_each(fitting)))
    likely = [town for town in fitting if answers[town] is not False or _is_rest(town)]
    is_single = len({town.code for town in fitting}) == 1
    return _lookup(likely or fitting, reason="town" if is_single else "part")


def _is_rest(town: Town) -> bool:
    return town.note == REST or is_whole_town(town.note)


def _answer(town: Town, after: Rest) -> bool | None:
    """Tell whether a line of the list holds here; the rest of a town holds where no other line does."""
    if _is_rest(town):
        return False if not after.letters or after.has_marker else None
    return covers(town.note, after)


def _by_building(towns: Sequence[Town], fitting: Sequence[Town], after: Rest) -> Lookup | None:
    """Find the floor of a tall building that has codes of its own."""
    key = fitting[0].key
    inside = [
        town
        for town in towns
        if town.note.endswith("階") or "階層不明" in town.note
        if town.key.startswith(key) and len(town.key) > len(key) and town.key[len(key) :] in after.text
    ]
    if not inside:
        return None
    floor = _FLOOR.search(after.text)
    exact = [town for town in inside if floor and town.note == f"{floor.group(1)}階"]
    if len({town.code for town in exact}) == 1:
        return Lookup(code=exact[0].code, candidates=tuple(_each(exact)))
    return _lookup([*fitting, *inside], reason="part")


def _by_street(towns: Sequence[Town], text: str) -> Lookup | None:
    """Find a town of Kyoto behind the streets that lead to it."""
    found = _STREET.match(text)
    if found is None:
        return None
    street, rest = found.group(1), text[found.end() :]
    fitting = _longest(towns, rest)
    if not fitting:
        return None
    after = _after(fitting, rest)
    named = [town for town in fitting if _street_of(street) in map(_street_of, fold(town.note).split("、"))]
    if not named and len(fitting) == 1 and is_whole_town(fitting[0].note):
        named = fitting
    if after.is_plain and len({town.code for town in named}) == 1:
        return Lookup(code=named[0].code, candidates=tuple(_each(named)))
    return _lookup(fitting, reason="part")


def _street_of(text: str) -> str:
    return text.replace("上ル", "上る").replace("下ル", "下る")


def _without_marker(text: str) -> str:
    for marker in _MARKERS:
        if text.startswith(marker):
            return text[len(marker) :]
    return text


def _lookup(towns: Sequence[Town], *, reason: str) -> Lookup:
    return Lookup(candidates=tuple(_each(towns))[:MOST_CANDIDATES], reason=reason)


def _each(towns: Sequence[Town]) -> list[Candidate]:
    return list(dict.fromkeys(Candidate(code=town.code, label=town.label) for town in towns))
