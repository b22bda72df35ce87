"""What is wrong with a file, told by its rows: the marks that Excel, wrong encodings and hurry leave."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final

from madoguchi.exchange.rules.columns import kind_of, kinds_fitting, looks_like, plain

MOST_LINES: Final = 10
FEWEST: Final = 3
"""Below this many cells a share says nothing."""
Row = tuple[int, list[str]]
_ZEROS: Final = {"postcode": re.compile(r"\d{3,6}")}
_POWER: Final = re.compile(r"\d(?:\.\d+)?E\+?\d{1,2}", re.IGNORECASE)
_DOT_ZERO: Final = re.compile(r"\d+\.0")
_ERROR: Final = re.compile(r"#(?:N/A|REF!|VALUE!|NAME\?|DIV/0!|NULL!|NUM!)|#{3,}")
_SERIAL: Final = re.compile(r"[1-5]\d{4}")
_SHORT_YEAR: Final = re.compile(r"\d{2}[./-]\d{1,2}[./-]\d{1,2}")
_DAY_FIRST: Final = re.compile(r"\d{1,2}/\d{1,2}/\d{4}")
_GARBLED: Final = re.compile("(?:[縺繧繝].{0,2}){2}|[ÃÂã][\u0080-\u00bf\u2010-\u2122]|ï¿½|\ufffd{2,}|\\?{3,}")
_TOTAL: Final = re.compile(r"(?:合計|総計|小計|件数).*")


@dataclass(frozen=True, slots=True)
class Ailment:
    """Something wrong with a file: what, in which column, how often, and on which lines first."""

    code: str
    column: str = ""
    count: int = 1
    lines: tuple[int, ...] = ()
    values: dict[str, Any] = field(default_factory=dict)


def examine(*, heads: Sequence[str], rows: Sequence[Row]) -> tuple[Ailment, ...]:
    """List what is wrong with the rows of a file, the worst first."""
    found: list[Ailment] = []
    found += _garbled(rows)
    shifted = _shifted(heads, rows)
    found += shifted
    found += _by_cell(heads, rows)
    if not shifted:
        # What Excel did to a column is told already; its values are not of another kind.
        ruined = {each.column for each in found if each.code.startswith("excel_")}
        found += (each for each in _strange_columns(heads, rows) if each.column not in ruined)
    found += _whole_rows(heads, rows)
    return tuple(found)


def _garbled(rows: Iterable[Row]) -> Iterator[Ailment]:
    yield from _marked("garbled", "", (line for line, cells in rows if _GARBLED.search("\x1f".join(cells))))


def _by_cell(heads: Sequence[str], rows: Sequence[Row]) -> Iterator[Ailment]:
    for place, column in enumerate(heads):
        kind = kind_of(column)
        cells = [(line, plain(cells[place])) for line, cells in rows if place < len(cells)]
        for code, wrong in _TESTS:
            lines = (line for line, cell in cells if cell and wrong(kind, cell))
            yield from _marked(code, column, lines)


def _is_power(kind: str, cell: str) -> bool:
    return kind in ("number", "postcode", "date") and _POWER.fullmatch(cell) is not None


def _has_lost_zeros(kind: str, cell: str) -> bool:
    pattern = _ZEROS.get(kind)
    return pattern is not None and pattern.fullmatch(cell) is not None


def _is_serial(kind: str, cell: str) -> bool:
    return kind == "date" and _SERIAL.fullmatch(cell) is not None


def _has_dot_zero(kind: str, cell: str) -> bool:
    return kind in ("number", "postcode", "date") and _DOT_ZERO.fullmatch(cell) is not None


def _is_short_year(kind: str, cell: str) -> bool:
    return kind == "date" and _SHORT_YEAR.fullmatch(cell) is not None


def _is_day_first(kind: str, cell: str) -> bool:
    return kind == "date" and _DAY_FIRST.fullmatch(cell) is not None


def _is_error(kind: str, cell: str) -> bool:
    return _ERROR.fullmatch(cell) is not None


_TESTS: Final[tuple[tuple[str, Callable[[str, str], bool]], ...]] = (
    ("excel_error", _is_error),
    ("excel_power", _is_power),
    ("excel_zeros", _has_lost_zeros),
    ("excel_serial", _is_serial),
    ("excel_dot_zero", _has_dot_zero),
    ("short_year", _is_short_year),
    ("day_first", _is_day_first),
)


def _shifted(heads: Sequence[str], rows: Sequence[Row]) -> list[Ailment]:
    """Find rows whose cells stand one or two columns beside their own."""
    kinds = [kind_of(head) for head in heads]
    lines = [line for line, cells in rows if len(cells) == len(heads) and _is_shifted(kinds, cells)]
    return list(_marked("shifted", "", lines))


def _is_shifted(kinds: Sequence[str], cells: Sequence[str]) -> bool:
    own = _agreeing(kinds, cells, 0)
    best = max(_agreeing(kinds, cells, step) for step in (-2, -1, 1, 2))
    return best >= own + 2


def _agreeing(kinds: Sequence[str], cells: Sequence[str], step: int) -> int:
    count = 0
    for place, kind in enumerate(kinds):
        beside = place + step
        if kind in ("date", "postcode", "address", "kana") and 0 <= beside < len(cells):
            count += bool(cells[beside].strip()) and kinds_fitting(cells[beside])[:1] == (kind,)
    return count


def _strange_columns(heads: Sequence[str], rows: Sequence[Row]) -> Iterator[Ailment]:
    for place, column in enumerate(heads):
        kind = kind_of(column)
        cells = [cells[place] for _line, cells in rows if place < len(cells) and cells[place].strip()]
        if not kind or len(cells) < FEWEST:
            continue
        wrong = [cell for cell in cells if not looks_like(kind, cell)]
        if len(wrong) * 10 < len(cells) * 7:
            continue
        others = Counter(kinds_fitting(cell)[0] for cell in wrong if kinds_fitting(cell))
        other, count = others.most_common(1)[0] if others else ("", 0)
        if other and count * 10 >= len(cells) * 7:
            yield Ailment("other_values", column, len(wrong), (), {"kind": other})


def _whole_rows(heads: Sequence[str], rows: Sequence[Row]) -> Iterator[Ailment]:
    names = [plain(head) for head in heads]
    yield from _marked("total_row", "", (line for line, cells in rows if cells and _is_total(cells)))
    again = (line for line, cells in rows if cells and [plain(cell) for cell in cells] == names)
    yield from _marked("heading_again", "", again)
    short = [line for line, cells in rows if 0 < len(cells) < len(heads)]
    pairs = [line for line, after in pairwise(short) if after == line + 1]
    yield from _marked("broken_lines", "", pairs)
    seen = Counter(tuple(cells) for _line, cells in rows if any(cells))
    twice = sum(count - 1 for count in seen.values())
    if twice:
        repeated = {cells for cells, count in seen.items() if count > 1}
        lines = tuple(line for line, cells in rows if tuple(cells) in repeated)[:MOST_LINES]
        yield Ailment("same_rows", "", twice, lines)


def _is_total(cells: Sequence[str]) -> bool:
    filled = [cell for cell in cells if cell.strip()]
    return bool(filled) and len(filled) * 2 <= len(cells) and _TOTAL.fullmatch(plain(filled[0])) is not None


def _marked(code: str, column: str, lines: Iterable[int]) -> Iterator[Ailment]:
    every = list(lines)
    if every:
        yield Ailment(code, column, len(every), tuple(every[:MOST_LINES]))
