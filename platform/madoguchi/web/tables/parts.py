"""What a list is made of."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from madoguchi.hooks.contracts.eyes import Eyes

if TYPE_CHECKING:
    from django.utils.functional import Promise, _StrPromise

Text: TypeAlias = "str | Promise | _StrPromise"
Choices = Iterable[tuple[str, Any]]
SIZES = (25, 50, 100)
# The search box.
WORDS = "words"


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
    # The maskable column that stands in it: whoever may not see that finds and sorts nothing by it.
    mask: str = ""

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
    mask: str = ""

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
    ``search_masks`` says which maskable column stands behind a name of ``search``, where rows come from the
    database and are not masked yet when they are looked through; ``sort_masks`` says the same of the names by
    which columns are sorted, where a column is sorted by more than what stands in it.
    """

    name: str
    label: "Text"
    columns: tuple[Column, ...]
    filters: tuple[Filter, ...] = ()
    search: tuple[str, ...] = ()
    search_label: "Text" = ""
    search_masks: Mapping[str, str] = field(default_factory=dict)
    sort_masks: Mapping[str, str] = field(default_factory=dict)
    sort: str = ""
    link: Callable[[Any], str] | None = None
    key: Callable[[Any], str] = field(default=lambda row: str(row.id))
    row_css: Callable[[Any], str] = field(default=lambda row: "")
    actions: tuple[str, ...] = ()
    nothing_yet: Empty | None = None
    sizes: tuple[int, ...] = SIZES
    # A list with a richer file of its own offers none of these.
    has_file: bool = True
    # Sets the list on paper (madoguchi.documents.lists.on_paper), under a heading for each group of rows.
    paper: Callable[..., Any] | None = None
    group: Callable[[Any], str] | None = None

    def column(self, name: str) -> Column | None:
        """Find a column by its name."""
        return next((column for column in self.columns if column.name == name), None)

    def seen_by(self, eyes: Eyes) -> "Table":
        """Leave out what a reader may not see, find or sort by."""
        if not eyes.masks:
            return self
        return replace(
            self,
            columns=tuple(
                replace(each, sort=self._sort_seen_by(eyes, each))
                for each in self.columns
                if not eyes.hides(each.mask)
            ),
            filters=tuple(each for each in self.filters if not eyes.is_masked(each.mask)),
            search=tuple(each for each in self.search if not eyes.is_masked(self.search_masks.get(each, ""))),
            sort="" if self._is_sorted_by_masked(eyes) else self.sort,
        )

    def _sort_seen_by(self, eyes: Eyes, column: Column) -> tuple[str, ...]:
        if eyes.is_masked(column.mask):
            return ()
        return tuple(each for each in column.sort if not eyes.is_masked(self.sort_masks.get(each, "")))

    def _is_sorted_by_masked(self, eyes: Eyes) -> bool:
        column = self.column(self.sort.removeprefix("-"))
        return column is not None and eyes.is_masked(column.mask)

    @property
    def typed(self) -> frozenset[str]:
        """Name the questions that are answered in a reader's own words: these never stand in an address."""
        asked = {each.name for each in self.filters if each.kind == "text"}
        return frozenset(asked | {WORDS} if self.search else asked)

    @property
    def sortable(self) -> frozenset[str]:
        """Name the columns by which the list can be sorted."""
        return frozenset(column.name for column in self.columns if column.sort)

    @property
    def usual_columns(self) -> tuple[str, ...]:
        """Name the columns that are shown to who has chosen none."""
        return tuple(column.name for column in self.columns if column.is_shown or column.is_fixed)
