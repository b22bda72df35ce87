"""Where the rows of a list come from: a query set, a list in memory, or a source of its own."""

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any, Protocol, runtime_checkable

from django.db.models import F, Q, QuerySet

from madoguchi.web.tables.asking import Asked
from madoguchi.web.tables.parts import Table

KATAKANA = {code: code + 0x60 for code in range(ord("ぁ"), ord("ゖ") + 1)}


@runtime_checkable
class Rows(Protocol):
    """Whatever gives the rows that fit what is asked, in order and piece by piece."""

    def narrowed(self, *, table: Table, asked: Asked) -> "Rows":
        """Leave out what does not fit, and sort the rest."""
        ...

    def total(self) -> int | None:
        """Count the rows; None where counting would cost too much."""
        ...

    def piece(self, *, first: int, count: int) -> Sequence[Any]:
        """Give some rows."""
        ...


@dataclass(frozen=True)
class QueryRows:
    """Rows of the database: one query counts them, one gives a page."""

    found: "QuerySet[Any]"

    def narrowed(self, *, table: Table, asked: Asked) -> "QueryRows":
        """Leave out what does not fit, and sort the rest."""
        found = self.found
        for each in table.filters:
            value = asked.chosen.get(each.name)
            if value:
                found = each.apply(found, value) if each.apply else found.filter(**{each.name: value})
        for word in asked.words.split():
            # Django escapes what LIKE takes for a wildcard.
            found = found.filter(reduce(or_, (Q(**{f"{name}__icontains": word}) for name in table.search)))
        return QueryRows(_sorted_query(found, table, asked))

    def total(self) -> int | None:
        """Count the rows."""
        return self.found.count()

    def piece(self, *, first: int, count: int) -> Sequence[Any]:
        """Give some rows."""
        return list(self.found[first : first + count])


@dataclass(frozen=True)
class ListRows:
    """Rows that are all there already."""

    found: Sequence[Any]

    def narrowed(self, *, table: Table, asked: Asked) -> "ListRows":
        """Leave out what does not fit, and sort the rest."""
        found: Iterable[Any] = self.found
        for each in table.filters:
            value = asked.chosen.get(each.name)
            if value:
                found = each.apply(found, value) if each.apply else _equal(found, each.name, value)
        for word in map(normalise, asked.words.split()):
            found = [row for row in found if any(word in _words(row, name) for name in table.search)]
        return ListRows(_sorted_list(found, table, asked))

    def total(self) -> int | None:
        """Count the rows."""
        return len(self.found)

    def piece(self, *, first: int, count: int) -> Sequence[Any]:
        """Give some rows."""
        return self.found[first : first + count]


def rows_of(source: object) -> Rows:
    """Find out how to ask a source for rows."""
    if isinstance(source, QuerySet):
        return QueryRows(source)
    if isinstance(source, Rows):
        return source
    if isinstance(source, Iterable):
        return ListRows(list(source))
    raise TypeError("rows come from a query set, a list or a source that keeps the protocol Rows")


def normalise(text: object) -> str:
    """Write a text in the one way in which lists compare: half width, katakana, no spaces."""
    plain = unicodedata.normalize("NFKC", str(text)).casefold()
    return "".join(plain.split()).translate(KATAKANA)


def _equal(found: Iterable[Any], name: str, value: str) -> list[Any]:
    return [row for row in found if str(getattr(row, name)) == value]


def _words(row: Any, name: str) -> str:
    return normalise(getattr(row, name))


def _sorted_query(found: "QuerySet[Any]", table: Table, asked: Asked) -> "QuerySet[Any]":
    column = table.column(asked.sort_column)
    if column is None or not column.sort:
        return found
    order = [
        F(name).desc(nulls_last=True) if asked.is_descending else F(name).asc(nulls_last=True)
        for name in column.sort
    ]
    return found.order_by(*order, "pk")


def _sorted_list(found: Iterable[Any], table: Table, asked: Asked) -> list[Any]:
    column = table.column(asked.sort_column)
    rows = list(found)
    if column is None or not column.sort:
        return rows
    key = _key(column.sort)
    known = [row for row in rows if getattr(row, column.sort[0]) is not None]
    unknown = [row for row in rows if getattr(row, column.sort[0]) is None]
    return [*sorted(known, key=key, reverse=asked.is_descending), *unknown]


def _key(names: tuple[str, ...]) -> Callable[[Any], Any]:
    def key(row: Any) -> tuple[Any, ...]:
        values = (getattr(row, name) for name in names)
        return tuple((value is None, value) for value in values)

    return key
