"""A list as its page shows it: heads that sort, chips of what is on, cells, pages and totals."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from madoguchi.web.dates import as_day, japanese_time, short_era_date
from madoguchi.web.tables.asking import Asked
from madoguchi.web.tables.parts import WORDS, Column, Filter, Mark, Table
from madoguchi.web.tables.rows import ListRows, Rows
from madoguchi.web.templatetags.madoguchi import icon

SIGNS = {"ok": "free", "wait": "clock", "done": "check", "error": "cross"}
NOTHING = "—"
NEAR = 2


@dataclass(frozen=True)
class Head:
    """The head of a column, and the address that sorts by it."""

    column: Column
    query: str
    direction: str

    @property
    def sign(self) -> str:
        """Give the arrow that shows the order."""
        return {"ascending": "▲", "descending": "▼"}.get(self.direction, "")


@dataclass(frozen=True)
class Chip:
    """One thing that is on, and the address without it."""

    label: str
    value: str
    query: str


@dataclass(frozen=True)
class Cell:
    """What stands in one place of the table."""

    column: Column
    content: str | SafeString
    href: str


@dataclass(frozen=True)
class Line:
    """One row of the table."""

    key: str
    href: str
    css: str
    name: str
    cells: Sequence[Cell]


@dataclass(frozen=True)
class Control:
    """One filter as the form shows it."""

    filter: Filter
    value: str
    choices: Sequence[tuple[str, str]]
    unread: str = ""
    """What was typed and is no day."""


class Drawn:
    """One page of a list: at most two queries, whatever it holds."""

    def __init__(self, *, table: Table, asked: Asked, rows: Rows) -> None:
        self.table, self.asked = table, asked
        self._rows = ListRows([]) if asked.unread else rows.narrowed(table=table, asked=asked)
        self.total = self._rows.total()
        self.page = min(asked.page, self.pages) if self.total is not None else asked.page
        # One row more than is shown tells whether there is a next page.
        found = self._rows.piece(first=(self.page - 1) * asked.size, count=asked.size + 1)
        self.shown = list(found[: asked.size])
        self._has_more = len(found) > asked.size

    @property
    def pages(self) -> int:
        """Count the pages."""
        return max(1, -(-(self.total or 0) // self.asked.size))

    @property
    def first(self) -> int:
        """Number the first row on this page."""
        return (self.page - 1) * self.asked.size + 1

    @property
    def last(self) -> int:
        """Number the last row on this page."""
        return self.first + len(self.shown) - 1

    def all_rows(self, *, most: int) -> Sequence[Any]:
        """Give the rows of all pages, for a file or a print."""
        return self._rows.piece(first=0, count=most)

    @cached_property
    def columns(self) -> list[Column]:
        """List the columns that are shown."""
        return [each for each in self.table.columns if each.name in self.asked.columns]

    @property
    def heads(self) -> list[Head]:
        """List the heads of the columns."""
        return [self._head(column) for column in self.columns]

    def _head(self, column: Column) -> Head:
        if not column.sort:
            return Head(column, "", "")
        is_current = self.asked.sort_column == column.name
        turned = f"-{column.name}" if is_current and not self.asked.is_descending else column.name
        direction = ("descending" if self.asked.is_descending else "ascending") if is_current else ""
        return Head(column, self.asked.query(sort=turned), direction)

    @cached_property
    def controls(self) -> list[Control]:
        """List the filters with what is chosen."""
        chosen, unread = self.asked.chosen, self.asked.unread
        return [
            Control(each, chosen.get(each.name, ""), each.offered(), unread.get(each.name, ""))
            for each in self.table.filters
        ]

    @property
    def unread(self) -> list[str]:
        """Say of each day that no calendar has where it was typed."""
        text = _("「%(label)s」の「%(typed)s」は、日付として読めません（例：2026-11-24、R8.11.24）。")
        return [
            text % {"label": each.filter.label, "typed": each.unread} for each in self.controls if each.unread
        ]

    @property
    def chips(self) -> list[Chip]:
        """List what narrows the list, each with the address without it."""
        found = []
        if self.asked.words:
            found.append(Chip(_("検索"), self.asked.words, self.asked.query(**{WORDS: None})))
        for control in self.controls:
            if control.value:
                shown = dict(control.choices).get(control.value, control.value)
                query = self.asked.query(**{control.filter.name: None})
                found.append(Chip(str(control.filter.label), shown, query))
        return found

    @property
    def lines(self) -> list[Line]:
        """List the rows of this page."""
        return [self._line(row) for row in self.shown]

    def _line(self, row: Any) -> Line:
        href = self.table.link(row) if self.table.link else ""
        cells = [
            Cell(column, content(column.shown(row)), href if column.is_link else "")
            for column in self.columns
        ]
        name = next((str(cell.content) for cell in cells if cell.column.is_link), "")
        return Line(self.table.key(row), href, self.table.row_css(row), name, cells)

    @property
    def totals(self) -> list[str]:
        """Sum up the columns that want it, over this page; empty where none does."""
        if not any(column.has_total for column in self.columns):
            return []
        return [
            str(sum(_number(column.shown(row)) for row in self.shown)) if column.has_total else ""
            for column in self.columns
        ]

    @property
    def clear_query(self) -> str:
        """Write the address without any filter."""
        return Asked(sort=self.asked.sort, size=self.asked.size).query(all=1)

    @property
    def previous_query(self) -> str:
        """Write the address of the page before; empty on the first."""
        return self.asked.query(page=self.page - 1) if self.page > 1 else ""

    @property
    def next_query(self) -> str:
        """Write the address of the next page; empty on the last."""
        return self.asked.query(page=self.page + 1) if self._has_more else ""

    @property
    def numbers(self) -> list[tuple[int, str]]:
        """List the pages near this one with their addresses; a gap is page 0."""
        if self.total is None or self.pages == 1:
            return []
        near = range(self.page - NEAR, self.page + NEAR + 1)
        wanted = sorted({1, self.pages, *(number for number in near if 1 <= number <= self.pages)})
        found: list[tuple[int, str]] = []
        for number in wanted:
            if found and number > found[-1][0] + 1:
                found.append((0, ""))
            found.append((number, self.asked.query(page=number)))
        return found


def content(value: object) -> str | SafeString:
    """Write a value as a cell shows it."""
    if isinstance(value, SafeString):
        return value
    if isinstance(value, Mark):
        return badge(value)
    return written(value) or NOTHING


def written(value: object) -> str:
    """Write a value as plain text."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{short_era_date(as_day(value))} {japanese_time(value)}"
    if isinstance(value, date):
        return short_era_date(value)
    if isinstance(value, str | Promise | Mark):
        return str(value)
    if isinstance(value, Iterable):
        return "、".join(map(written, value))
    return str(value)


def badge(mark: Mark) -> SafeString:
    """Draw a state: a sign and a word, never a colour alone."""
    sign = icon(mark.icon or SIGNS.get(mark.kind, "closed"), 14)
    return format_html('<span class="st st--{}">{}{}</span>', mark.kind, sign, str(mark.label))


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0
