"""What a list is made of."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

if TYPE_CHECKING:
    from django.utils.functional import Promise, _StrPromise

Text: TypeAlias = "str | Promise | _StrPromise"
Choices = Iterable[tuple[str, Any]]
SIZES = (25, 50, 100)


@dataclass(frozen=True)
class Mark:
    """A state in a cell: a kind (ok, wait, done, error, none) that draws sign and colour, and its word."""

    kind: str
    label: "Text"
    icon: str = ""

    def __str__(self) -> str:
        return str(self.label)


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column: what stands in it, and by what it is sorted.

    ``value`` gives what a row shows, otherwise the attribute of the column's name; ``text`` what stands in
    a file where that differs. ``css`` is one of mono, num, kana and wrap.
    """

    name: str
    label: "Text"
    value: Callable[[Any], object] | None = None
    text: Callable[[Any], object] | None = None
    sort: tuple[str, ...] = ()
    css: str = ""
    # A column that is always there; others are chosen by each person.
    is_fixed: bool = False
    is_shown: bool = True
    # Its cell leads to the row's page, and is the row's head for whoever hears the page.
    is_link: bool = False
    has_total: bool = False

    def shown(self, row: Any) -> object:
        """Give what stands in the cell of a row."""
        return self.value(row) if self.value else getattr(row, self.name)

    def written(self, row: Any) -> object:
        """Give what stands in a file."""
        return self.text(row) if self.text else self.shown(row)


@dataclass(frozen=True, kw_only=True)
class Filter:
    """One question by which a list is narrowed.

    ``choices`` is a list or a function that gives it; ``apply`` narrows the rows, otherwise the attribute of
    the filter's name is compared. What is typed (text) is never kept in a saved view: it may name a person.
    """

    name: str
    label: "Text"
    kind: Literal["choice", "text", "day"] = "choice"
    choices: Choices | Callable[[], Choices] = ()
    apply: Callable[[Any, str], Any] | None = None
    hint: "Text" = ""

    def offered(self) -> list[tuple[str, str]]:
        """List what may be chosen."""
        found = self.choices() if callable(self.choices) else self.choices
        return [(str(value), str(label)) for value, label in found]


@dataclass(frozen=True, kw_only=True)
class Empty:
    """What stands where no row is: what it means, and what to do."""

    heading: "Text"
    advice: "Text" = ""


@dataclass(frozen=True, kw_only=True)
class Table:
    """One list of staff pages.

    ``name`` is the list's own for saved views and the audit list (room.list). ``search`` names what the
    search box looks through, ``link`` the address of a row, ``actions`` the bulk actions on its rows.
    """

    name: str
    label: "Text"
    columns: tuple[Column, ...]
    filters: tuple[Filter, ...] = ()
    search: tuple[str, ...] = ()
    search_label: "Text" = ""
    sort: str = ""
    link: Callable[[Any], str] | None = None
    key: Callable[[Any], str] = field(default=lambda row: str(row.id))
    row_css: Callable[[Any], str] = field(default=lambda row: "")
    actions: tuple[str, ...] = ()
    nothing_yet: Empty | None = None
    sizes: tuple[int, ...] = SIZES
    # A list with a richer file of its own offers none of these.
    has_file: bool = True

    def column(self, name: str) -> Column | None:
        """Find a column by its name."""
        return next((column for column in self.columns if column.name == name), None)

    @property
    def sortable(self) -> frozenset[str]:
        """Name the columns by which the list can be sorted."""
        return frozenset(column.name for column in self.columns if column.sort)

    @property
    def usual_columns(self) -> tuple[str, ...]:
        """Name the columns that are shown to who has chosen none."""
        return tuple(column.name for column in self.columns if column.is_shown or column.is_fixed)
