"""The first line of a file against the columns of its format."""

import csv
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Layout:
    """Where each column of a format stands in this file; -1 for one that it may have and has not."""

    delimiter: str
    positions: tuple[int, ...]
    width: int


@dataclass(frozen=True, slots=True)
class Mismatch:
    """What keeps a file from being of this format."""

    missing: tuple[str, ...]
    unknown: tuple[str, ...]
    repeated: tuple[str, ...]


def read_layout(
    *, first_line: str, columns: Sequence[str], optional: Sequence[str] = ()
) -> Layout | Mismatch:
    """Compare the heading of a file with the columns of a format, in any order."""
    delimiter = "\t" if first_line.count("\t") > first_line.count(",") else ","
    try:
        cells = next(iter(csv.reader([first_line], delimiter=delimiter, strict=True)), [])
    except csv.Error:
        # A cell as large as a file, a quote left open, lines that end in a bare CR: no heading at all.
        cells = []
    names = [plain_name(cell) for cell in cells]
    wanted = [plain_name(column) for column in (*columns, *optional)]
    missing = tuple(column for column in columns if plain_name(column) not in names)
    unknown = tuple(name for name in names if name not in wanted)
    repeated = tuple(name for name, count in Counter(names).items() if count > 1 and name in wanted)
    if missing or unknown or repeated:
        return Mismatch(missing=missing, unknown=unknown, repeated=repeated)
    return Layout(delimiter=delimiter, positions=_positions(names, wanted), width=len(names))


def _positions(names: Sequence[str], wanted: Sequence[str]) -> tuple[int, ...]:
    return tuple(names.index(name) if name in names else -1 for name in wanted)


def plain_name(name: str) -> str:
    """Write the name of a column without what differs by habit: widths and spaces around it."""
    return unicodedata.normalize("NFKC", name).strip()
