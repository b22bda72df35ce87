"""Counts in two directions with their sums, and the shapes of the charts that show them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil, floor, log10
from typing import Final

MOST_DAYS: Final = 92
WIDTH: Final = 720
HEIGHT: Final = 240
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 8, 12, 34
_GAP: Final = 0.25
_MOST_WORDS: Final = 13
_LETTER: Final = 11.5


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a cross table: its key, what it is called, a count per column, and their sum."""

    key: str
    label: str
    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        """Sum the line."""
        return sum(self.counts)


@dataclass(frozen=True, slots=True)
class CrossTable:
    """Counts by two questions."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]

    @property
    def totals(self) -> tuple[int, ...]:
        """Sum the columns."""
        return tuple(sum(row.counts[place] for row in self.rows) for place in range(len(self.columns)))

    @property
    def total(self) -> int:
        """Sum everything."""
        return sum(row.total for row in self.rows)


def crossed(
    *,
    counts: Mapping[tuple[str, str], int],
    rows: Sequence[tuple[str, str]],
    columns: Sequence[tuple[str, str]],
    rest: str,
) -> CrossTable:
    """Lay counts out in two directions; what stands under no key that was named is shown as the rest.

    Nothing that was counted is left out: the sum of the table is the sum of the counts.
    """
    down = _with_rest(rows, (row for row, _column in counts), rest)
    across = _with_rest(columns, (column for _row, column in counts), rest)
    known_rows, known_columns = {key for key, _label in rows}, {key for key, _label in columns}
    summed: dict[tuple[str, str], int] = {}
    for (row, column), count in counts.items():
        place = (row if row in known_rows else "", column if column in known_columns else "")
        summed[place] = summed.get(place, 0) + count
    lines = tuple(
        Row(key, label, tuple(summed.get((key, other), 0) for other, _label in across)) for key, label in down
    )
    return CrossTable(tuple(label for _key, label in across), lines)


def months_of(first: date, last: date) -> list[date]:
    """List the first days of the months of a period."""
    found, month = [], first.replace(day=1)
    while month <= last:
        found.append(month)
        month = (month + timedelta(days=32)).replace(day=1)
    return found


def days_of(first: date, last: date) -> list[date]:
    """List the days of a period."""
    return [first + timedelta(days=ahead) for ahead in range((last - first).days + 1)]


def balances(*, now: int, gained: Sequence[int], lost: Sequence[int]) -> list[tuple[int, int]]:
    """Count back from what there is now: what there was at the beginning and the end of each period."""
    found, end = [], now
    for came, went in zip(reversed(gained), reversed(lost), strict=True):
        start = end - came + went
        found.append((start, end))
        end = start
    return list(reversed(found))


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: where it stands, and what it says when it is pointed at."""

    x: float
    y: float
    width: float
    height: float
    series: int
    words: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A line of the scale or a word below the bars, which goes on in a second row where it is long."""

    at: float
    words: str
    row: int = 0


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars in groups, drawn by a template; the table beside it says the same in numbers."""

    bars: tuple[Bar, ...]
    scale: tuple[Tick, ...]
    words: tuple[Tick, ...]
    legend: tuple[str, ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = _LEFT
    right: int = WIDTH - _RIGHT
    foot: int = HEIGHT - _BOTTOM


def chart(*, groups: Sequence[tuple[str, Sequence[int]]], series: Sequence[str]) -> Chart:
    """Set bars side by side for every group, one per series."""
    highest = max((count for _label, counts in groups for count in counts), default=0)
    top = _round_up(highest)
    across = (WIDTH - _LEFT - _RIGHT) / max(1, len(groups))
    down = HEIGHT - _TOP - _BOTTOM
    width = across * (1 - _GAP) / max(1, len(series))
    bars = []
    for place, (label, counts) in enumerate(groups):
        start = _LEFT + place * across + across * _GAP / 2
        for number, count in enumerate(counts):
            tall = down * count / top
            words = f"{label} {series[number]} {count:,}"
            x, y = round(start + number * width, 1), round(_TOP + down - tall, 1)
            bars.append(Bar(x, y, round(width, 1), round(tall, 1), number, words))
    every = ceil(len(groups) / _MOST_WORDS) or 1
    labels = tuple(
        Tick(round(_LEFT + (place + 0.5) * across, 1), part, row)
        for place, (label, _counts) in enumerate(groups)
        if place % every == 0
        for row, part in enumerate(_rows(label, across * every))
    )
    scale = tuple(Tick(round(_TOP + down - down * part / top, 1), f"{part:,}") for part in _parts(top))
    return Chart(tuple(bars), scale, labels, tuple(series))


def _rows(label: str, room: float) -> tuple[str, ...]:
    """Break a word in two so that it does not run into the next; the table has what is still too long."""
    letters = max(1, int(room / _LETTER))
    if _wide(label) <= letters:
        return (label,)
    marks = [place + 1 for place, sign in enumerate(label[:letters]) if sign in "・／ "]
    first = marks[-1] if marks else max(1, letters - 1)
    rest = label[first:]
    return (label[:first], rest if _wide(rest) <= letters else rest[: letters - 1] + "…")


def _wide(label: str) -> float:
    return sum(1.0 if ord(sign) > 0x2E7F else 0.6 for sign in label)


def _parts(top: int) -> list[int]:
    return sorted({0, top // 4, top // 2, top * 3 // 4, top}) if top >= 4 else list(range(top + 1))


def _round_up(highest: int) -> int:
    """Find a number that a scale may end with."""
    if highest <= 4:
        return max(1, highest)
    if highest <= 12:
        return 4 * ceil(highest / 4)
    # Its quarters are whole and round, too.
    step: int = 20 * 10 ** (floor(log10(highest)) - 1)
    return step * ceil(highest / step)


def _with_rest(named: Sequence[tuple[str, str]], found: Iterable[str], rest: str) -> list[tuple[str, str]]:
    keys = {key for key, _label in named}
    return [*named, ("", rest)] if set(found) - keys else list(named)
