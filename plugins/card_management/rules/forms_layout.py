"""A layout: what stands where on a sheet, in millimetres, and from which source each field is filled."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Final

KINDS: Final = ("text", "boxes", "choice", "qr", "nw7", "signature")
FITS: Final = ("shrink", "wrap")
ALIGNS: Final = ("left", "center", "right")
NEEDS: Final = ("required", "optional")
MILLIMETRES: Final = ("x", "y", "w", "h")
POINTS: Final = ("size", "least")
MOST_FIELDS: Final = 80
LARGEST_SHEET: Final = 420.0
SMALLEST_TEXT, LARGEST_TEXT = 4.0, 40.0
MOST_LABELS: Final = 100


class BadLayout(ValueError):
    """A layout that cannot be printed: the first field and the rule it breaks, and all that break one."""

    def __init__(self, reason: str, where: str = "", *, faults: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__(f"{where}: {reason}")
        self.reason, self.where = reason, where
        self.faults = tuple(faults)


@dataclass(frozen=True, kw_only=True)
class Option:
    """One of the words of a choice, around which a ring is drawn."""

    value: str
    label: str
    x: float
    y: float
    w: float
    h: float = 6.0


@dataclass(frozen=True, kw_only=True)
class Place:
    """A field: its name, its source, where it stands and how it is fitted in."""

    name: str
    label: str
    source: str
    x: float
    y: float
    w: float
    h: float
    kind: str = "text"
    size: float = 11.0
    least: float = 6.0
    fit: str = "shrink"
    align: str = "left"
    need: str = "required"
    before: str = ""
    after: str = ""
    bold: bool = False
    pitch: float = 0.0
    options: tuple[Option, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Mark:
    """Something that is printed on every sheet: a box, a line or a word."""

    shape: str
    x: float
    y: float
    w: float = 0.0
    h: float = 0.0
    size: float = 9.0
    text: str = ""
    align: str = "left"
    bold: bool = False
    stroke: float = 0.3
    fill: float = 1.0


@dataclass(frozen=True, kw_only=True)
class Grid:
    """Labels on a sheet: how many, the first one's corner, and how far the next one lies."""

    columns: int
    rows: int
    left: float
    top: float
    across: float
    down: float

    @property
    def count(self) -> int:
        """Tell how many labels a sheet has."""
        return self.columns * self.rows

    def corner(self, number: int) -> tuple[float, float]:
        """Tell where a label begins, counted along the rows from 0."""
        row, column = divmod(number % self.count, self.columns)
        return self.left + column * self.across, self.top + row * self.down


@dataclass(frozen=True, kw_only=True)
class Layout:
    """A whole sheet."""

    width: float = 210.0
    height: float = 297.0
    marks: tuple[Mark, ...] = ()
    places: tuple[Place, ...] = ()
    grid: Grid | None = None
    shift_x: float = 0.0
    shift_y: float = 0.0
    facts: Mapping[str, str] = field(default_factory=dict)

    def place(self, name: str) -> Place | None:
        """Find a field by its name."""
        return next((each for each in self.places if each.name == name), None)

    def moved(self, numbers: Mapping[str, Mapping[str, Any]]) -> "Layout":
        """Give the layout with other numbers at its fields; the rest of it stays."""
        moved = tuple(replace(each, **numbers.get(each.name, {})) for each in self.places)
        return replace(self, places=moved)


def to_values(layout: Layout) -> dict[str, Any]:
    """Write a layout as plain values for a table of the database."""
    return asdict(layout)


def from_values(values: Mapping[str, Any]) -> Layout:
    """Read a layout back; what a later release added has its usual value.

    Raises BadLayout.
    """
    try:
        grid = values.get("grid")
        layout = Layout(
            **_known(Layout, values, without=("marks", "places", "grid")),
            marks=tuple(Mark(**_known(Mark, each)) for each in values.get("marks", ())),
            places=tuple(_place(each) for each in values.get("places", ())),
            grid=Grid(**_known(Grid, grid)) if grid else None,
        )
    except (TypeError, ValueError, AttributeError) as broken:
        raise BadLayout("shape") from broken
    check(layout)
    return layout


def check(layout: Layout) -> None:
    """Refuse a layout with fields outside its sheet, of no size, or named twice.

    Raises BadLayout.
    """
    if not (0 < layout.width <= LARGEST_SHEET and 0 < layout.height <= LARGEST_SHEET):
        raise BadLayout("sheet")
    if len(layout.places) > MOST_FIELDS or len({each.name for each in layout.places}) < len(layout.places):
        raise BadLayout("names")
    width, height = layout.width, layout.height
    if layout.grid is not None:
        _check_grid(layout, layout.grid)
        width, height = layout.grid.across, layout.grid.down
    faults = [(reason, each.name) for each in layout.places if (reason := _fault(each, width, height))]
    if faults:
        raise BadLayout(*faults[0], faults=faults)


def _check_grid(layout: Layout, grid: Grid) -> None:
    if grid.columns < 1 or grid.rows < 1 or grid.count > MOST_LABELS:
        raise BadLayout("grid")
    last_x, last_y = grid.corner(grid.count - 1)
    if min(grid.left, grid.top) < 0 or min(grid.across, grid.down) <= 0:
        raise BadLayout("grid")
    # A hair of tolerance: twelve labels of 24.75 mm are 297 mm, but not in binary fractions.
    if last_x + grid.across > layout.width + 0.01 or last_y + grid.down > layout.height + 0.01:
        raise BadLayout("grid")


def _fault(each: Place, width: float, height: float) -> str:
    if each.kind not in KINDS or each.fit not in FITS or each.align not in ALIGNS or each.need not in NEEDS:
        return "word"
    if each.w <= 0 or each.h <= 0 or each.x < 0 or each.y < 0:
        return "size"
    if each.x + each.w > width + 0.01 or each.y + each.h > height + 0.01:
        return "outside"
    return "" if SMALLEST_TEXT <= each.least <= each.size <= LARGEST_TEXT else "letters"


def _place(values: Mapping[str, Any]) -> Place:
    options = tuple(Option(**_known(Option, each)) for each in values.get("options", ()))
    return Place(**_known(Place, values, without=("options",)), options=options)


def _known(kind: Any, values: Mapping[str, Any], *, without: Sequence[str] = ()) -> dict[str, Any]:
    names = {each.name for each in fields(kind)} - set(without)
    return {name: value for name, value in values.items() if name in names}


def differences(before: Layout, after: Layout) -> list[tuple[str, str, str, str]]:
    """List what changed between two layouts: field, what of it, before, after."""
    found: list[tuple[str, str, str, str]] = []
    old = {each.name: each for each in before.places}
    new = {each.name: each for each in after.places}
    for name in [*old, *(name for name in new if name not in old)]:
        if name not in new or name not in old:
            label = (old.get(name) or new[name]).label
            found.append((label, "", "" if name not in old else "○", "" if name not in new else "○"))
            continue
        for each in fields(Place):
            one, other = getattr(old[name], each.name), getattr(new[name], each.name)
            if one != other and each.name != "options":
                found.append((new[name].label, each.name, _said(one), _said(other)))
    for shift in ("shift_x", "shift_y"):
        if getattr(before, shift) != getattr(after, shift):
            found.append(("", shift, _said(getattr(before, shift)), _said(getattr(after, shift))))
    return found


def _said(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
