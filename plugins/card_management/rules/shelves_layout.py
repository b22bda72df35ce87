"""Shelves made in bulk: «A-01〜A-20, 5段, 箱10» becomes a thousand spots, in the order in which one walks."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from madoguchi.errors import DomainError

MOST_SPOTS: Final = 20_000
LONGEST_CABINET: Final = 20
_RANGE: Final = re.compile(r"(?P<head>.*?)(?P<first>\d+)(?:~|〜|\.{2,3}|から)(?P<again>.*?)(?P<last>\d+)")
_BETWEEN: Final = re.compile(r"[,、;\n]")


class NoSuchLayout(DomainError):
    """These words describe no shelves."""

    code = "no_such_layout"


class TooManySpots(NoSuchLayout):
    """Nobody has so many boxes: somebody typed a nought too many."""

    code = "too_many_spots"


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How the storage of a place is divided; 0 ends the division one level above."""

    cabinets: tuple[str, ...]
    shelves: int = 0
    boxes: int = 0
    positions: int = 0

    @property
    def size(self) -> int:
        """Count the spots."""
        return len(self.cabinets) * max(1, self.shelves) * max(1, self.boxes) * max(1, self.positions)


@dataclass(frozen=True, slots=True)
class SpotName:
    """One spot of a layout."""

    cabinet: str
    shelf: str
    box: str
    position: str

    @property
    def name(self) -> str:
        """Write the whole name, such as A-01-3-07."""
        return "-".join(part for part in (self.cabinet, self.shelf, self.box, self.position) if part)


def cabinets_of(typed: str) -> tuple[str, ...]:
    """Read names of cabinets: lists and ranges, in the order in which they are written.

    Raises NoSuchLayout and TooManySpots.
    """
    found: dict[str, None] = {}
    for part in _BETWEEN.split(unicodedata.normalize("NFKC", typed)):
        if part.strip():
            found.update(dict.fromkeys(_expanded(part.strip())))
    if not found or any(len(name) > LONGEST_CABINET for name in found):
        raise NoSuchLayout
    return tuple(found)


def spots_of(layout: Layout) -> Iterator[SpotName]:
    """Give the spots of a layout in walking order: cabinet by cabinet, shelf by shelf.

    Raises TooManySpots.
    """
    if layout.size > MOST_SPOTS:
        raise TooManySpots(count=layout.size)
    for cabinet in layout.cabinets:
        for shelf in _numbers(layout.shelves):
            for box in _numbers(layout.boxes):
                for position in _numbers(layout.positions):
                    yield SpotName(cabinet, shelf, box, position)


def _numbers(count: int) -> list[str]:
    """Number what is counted, with noughts in front where there are more than nine."""
    width = len(str(count))
    return [str(number).zfill(width) for number in range(1, count + 1)] or [""]


def _expanded(part: str) -> list[str]:
    found = _RANGE.fullmatch(re.sub(r"\s*(~|〜|\.{2,3}|から)\s*", r"\1", part))
    if found is None:
        return [part]
    head, first, last = found["head"], found["first"], found["last"]
    if found["again"] not in ("", head) or int(last) < int(first):
        raise NoSuchLayout(part=part)
    if int(last) - int(first) >= MOST_SPOTS:
        raise TooManySpots(count=int(last) - int(first))
    return [f"{head}{str(number).zfill(len(first))}" for number in range(int(first), int(last) + 1)]
