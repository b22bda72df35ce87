"""What an address asks of a list: what makes no sense is left out, but for a day that no calendar has."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from urllib.parse import urlencode

from django.http import QueryDict

from madoguchi.web.dates import NotADate, read_date
from madoguchi.web.tables.parts import WORDS, Filter, Table

LONGEST = 200
MOST_DIGITS = 6
# What was typed, sealed: names and numbers would stay in the history of a browser and in logs.
TYPED = "typed"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Which rows in which order, and which columns of them.

    ``unread`` holds what somebody typed for a day and no calendar has: such a list shows no rows, as all
    of them would pass for those that were asked for.
    """

    words: str = ""
    chosen: Mapping[str, str] = field(default_factory=dict)
    unread: Mapping[str, str] = field(default_factory=dict)
    sort: str = ""
    page: int = 1
    size: int = 25
    columns: tuple[str, ...] = ()
    typed: frozenset[str] = frozenset()
    seal: Callable[[Mapping[str, str]], str] | None = None

    @property
    def is_narrowed(self) -> bool:
        """Tell whether rows may be left out."""
        return bool(self.words or self.chosen or self.unread)

    @property
    def sort_column(self) -> str:
        """Name the column by which the list is sorted."""
        return self.sort.removeprefix("-")

    @property
    def is_descending(self) -> bool:
        """Tell whether the largest comes first."""
        return self.sort.startswith("-")

    def query(self, **changed: str | int | None) -> str:
        """Write an address that asks for the same but for what is named; None leaves a thing out."""
        asked: dict[str, object] = {WORDS: self.words, **self.chosen, **self.unread, "sort": self.sort}
        asked |= {"size": self.size, **changed}
        said = {name: value for name, value in asked.items() if value not in ("", None)}
        hidden = {name: str(said.pop(name)) for name in self.typed if name in said} if self.seal else {}
        if self.seal and hidden:
            said[TYPED] = self.seal(hidden)
        return urlencode(said)

    def kept(self, *, table: Table) -> str:
        """Write what a saved view keeps: filters and order, never a word that somebody typed."""
        names = {name: value for name, value in self.chosen.items() if name not in table.typed}
        return urlencode({**names, "sort": self.sort, "size": self.size})


def read(query: QueryDict, *, table: Table, usual: Asked | None = None) -> Asked:
    """Read what an address asks for; what it does not say is as ``usual``."""
    usual = usual or Asked(sort=table.sort, size=table.sizes[0], columns=table.usual_columns)
    chosen = {each.name: value for each in table.filters if (value := _value(each, query))}
    days = {each.name: _text(query.get(each.name, "")) for each in table.filters if each.kind == "day"}
    words = _text(query.get(WORDS, "")) if table.search else ""
    return replace(
        usual,
        words=words,
        chosen=chosen,
        unread={name: text for name, text in days.items() if text and name not in chosen},
        sort=_sort(query.get("sort", ""), table) or usual.sort,
        page=_number(query.get("page", ""), otherwise=1),
        size=_size(query.get("size", ""), table, otherwise=usual.size),
        typed=table.typed,
    )


def columns_of(names: Iterable[str], *, table: Table) -> tuple[str, ...]:
    """Put chosen columns into the table's order, with those that are always there."""
    wanted = set(names)
    known = tuple(each.name for each in table.columns if each.is_fixed or each.name in wanted)
    return known if wanted & set(known) else table.usual_columns


def _value(wanted: Filter, query: QueryDict) -> str:
    text = _text(query.get(wanted.name, ""))
    if not text or wanted.kind == "text":
        return text
    if wanted.kind == "day":
        return _day(text)
    return text if text in {value for value, _label in wanted.offered()} else ""


def _text(typed: str) -> str:
    # No database keeps a NUL, and nobody means one.
    return typed.replace("\0", "").strip()[:LONGEST]


def _day(text: str) -> str:
    try:
        day = read_date(text)
    except NotADate:
        return ""
    # The first and the last day of the calendar have no neighbour.
    return day.isoformat() if date.min < day < date.max else ""


def _sort(text: str, table: Table) -> str:
    return text if text.removeprefix("-") in table.sortable else ""


def _number(text: str, *, otherwise: int) -> int:
    is_number = text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS
    return max(int(text), 1) if is_number else otherwise


def _size(text: str, table: Table, *, otherwise: int) -> int:
    size = _number(text, otherwise=otherwise)
    return size if size in table.sizes else otherwise
