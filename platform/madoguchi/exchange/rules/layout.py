"""The first line of a file against the columns of its format."""

import csv
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Layout:
    """Where each column of a format stands in this file."""

    delimiter: str
    positions: tuple[int, ...]
    width: int


@dataclass(frozen=True, slots=True)
class Mismatch:
    """What keeps a file from being of this format."""

    missing: tuple[str, ...]
    unknown: tuple[str, ...]
    repeated: tuple[str, ...]


def read_layout(*, first_line: str, columns: Sequence[str]) -> Layout | Mismatch:
    """Compare the heading of a file with the columns of a format, in any order."""
    delimiter = "\t" if first_line.count("\t") > first_line.count(",") else ","
    try:
        cells = next(iter(csv.reader([first_line], delimiter=delimiter, strict=True)), [])
    except csv.Error:
        # A cell as large as a file, a quote left open, lines that end in a bare CR: no heading at all.
        cells = []
    names = [_plain(cell) for cell in cells]
    wanted = [_plain(column) for column in columns]
    missing = tuple(column for column, plain in zip(columns, wanted, strict=True) if plain not in names)
    unknown = tuple(name for name in names if name not in wanted)
    repeated = tuple(name for name, count in Counter(names).items() if count > 1 and name in wanted)
    if missing or unknown or repeated:
        return Mismatch(missing=missing, unknown=unknown, repeated=repeated)
    return Layout(
        delimiter=delimiter, positions=tuple(names.index(name) for name in wanted), width=len(names)
    )


def _plain(name: str) -> str:
    return unicodedata.normalize("NFKC", name).strip()
