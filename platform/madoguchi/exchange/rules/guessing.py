"""Guess how a sample of a file is written: its shape, delimiter, headings and columns."""

import csv
import difflib
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from madoguchi.exchange.rules.columns import kind_of, kinds_fitting
from madoguchi.exchange.rules.layout import plain_name
from madoguchi.exchange.rules.profiles import DELIMITERS, MOST_HEADING_ROWS

LOOKED_AT: Final = 30
MOST_HEADINGS_LOOKED_AT: Final = 10
ALIKE: Final = 0.6
# A date or a name may be anybody's; these are hardly ever two in one file.
_TELLING: Final = frozenset({"kana", "postcode", "address"})
_DIGITS: Final = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Guess:
    """How a file seems to be written."""

    shape: str
    delimiter: str = ","
    heading_rows: int = 0
    has_names: bool = False
    width: int = 0


def guess_shape(*, lines: Sequence[str], encoding: str, columns: Sequence[str]) -> Guess:
    """Look at the first lines of a file."""
    filled = [line.rstrip("\r\n") for line in lines[:LOOKED_AT] if line.strip()]
    found = _delimiter(filled)
    if found is not None:
        delimiter, width = found
        heading = _heading(filled, delimiter, width, columns)
        return Guess("delimited", delimiter, heading, heading > 0, width)
    lengths = Counter(len(line.encode(encoding, "replace")) for line in filled)
    length, count = lengths.most_common(1)[0] if lengths else (0, 0)
    if count >= 2 and count * 10 >= len(filled) * 7:
        return Guess("fixed", width=length)
    return Guess("regex")


def suggest(
    *, columns: Sequence[str], required: Sequence[str], names: Sequence[str], samples: Sequence[str]
) -> dict[str, int]:
    """Suggest which column of a file fills which of a format: by names, then by values that tell enough."""
    found: dict[str, int] = {}
    free = list(range(len(names)))
    for is_good in (_is_same, _holds, _is_alike):
        for column in columns:
            if column in found:
                continue
            place = next((each for each in free if is_good(column, names[each])), None)
            if place is not None:
                found[column] = place
                free.remove(place)
    telling = [column for column in columns if column not in required and kind_of(column) in _TELLING]
    for column in (*required, *telling):
        if column not in found:
            place = next((each for each in free if _looks_like(column, names[each], samples, each)), None)
            if place is not None:
                found[column] = place
                free.remove(place)
    return found


def _looks_like(column: str, name: str, samples: Sequence[str], place: int) -> bool:
    kind = kind_of(column)
    if not kind or place >= len(samples) or kind_of(name) not in ("", kind):
        return False
    return kinds_fitting(samples[place])[:1] == (kind,)


def _is_same(column: str, name: str) -> bool:
    return bool(name) and plain_name(column) == plain_name(name)


def _holds(column: str, name: str) -> bool:
    one, other = plain_name(column), plain_name(name)
    return len(other) > 1 and (other in one or one in other) and kind_of(one) == kind_of(other)


def _is_alike(column: str, name: str) -> bool:
    if not name or kind_of(column) != kind_of(name):
        return False
    one, other = plain_name(column), plain_name(name)
    # カナ氏名 and 氏名カナ are one column.
    return sorted(one) == sorted(other) or difflib.SequenceMatcher(None, one, other).ratio() >= ALIKE


def _delimiter(lines: Sequence[str]) -> tuple[str, int] | None:
    best: tuple[int, str, int] | None = None
    for delimiter in DELIMITERS:
        try:
            widths = Counter(len(row) for row in csv.reader(lines, delimiter=delimiter))
        except csv.Error:
            continue
        if not widths:
            continue
        width, count = widths.most_common(1)[0]
        if width > 1 and count * 2 > len(lines) and (best is None or count * width > best[0]):
            best = (count * width, delimiter, width)
    return None if best is None else (best[1], best[2])


def _heading(lines: Sequence[str], delimiter: str, width: int, columns: Sequence[str]) -> int:
    """Find the line with the names of the columns; 0 where none has them."""
    wanted = {plain_name(column) for column in columns}
    rows = list(csv.reader(lines[:MOST_HEADINGS_LOOKED_AT], delimiter=delimiter))
    for place, cells in enumerate(rows[:MOST_HEADING_ROWS], 1):
        if len(cells) == width and wanted & {plain_name(cell) for cell in cells}:
            return place
    first = next((place for place, cells in enumerate(rows, 1) if len(cells) == width), 0)
    if first and not any(_DIGITS.search(cell) for cell in rows[first - 1]) and len(rows) > first:
        return first
    return 0
