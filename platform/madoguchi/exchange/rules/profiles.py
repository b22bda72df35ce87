"""How a city's own files of one kind are written, as data: shape, encoding, columns, codes, dates."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final, Self

from madoguchi.exchange.rules.patterns import Pattern, Unreadable, compiled

SHAPES: Final = ("delimited", "fixed", "regex")
ENCODINGS: Final = ("auto", "utf-8", "cp932", "euc_jp", "iso2022_jp", "utf-16")
DELIMITERS: Final = (",", "\t", ";", "|")
DATES: Final = ("auto", "era_digit", "serial")
UNITS: Final = ("bytes", "characters")
LONGEST_PATTERN: Final = 500
MOST_HEADING_ROWS: Final = 20
_RANGE: Final = re.compile(r"([1-9][0-9]{0,4})-([1-9][0-9]{0,4})")
_NUMBER: Final = re.compile(r"[1-9][0-9]{0,2}")


class BadLayout(ValueError):
    """A layout that could never read a file: which part of it, and why."""

    def __init__(self, part: str, reason: str) -> None:
        super().__init__(f"{part}: {reason}")
        self.part = part
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where one column comes from: a heading or number, a range ``12-20``, or the name of a group."""

    column: str
    source: str = ""
    default: str = ""
    codes: Mapping[str, str] = field(default_factory=dict)
    date: str = "auto"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileLayout:
    """One version of a profile, with the limits beyond which an import stops."""

    sources: tuple[Source, ...]
    shape: str = "delimited"
    encoding: str = "auto"
    delimiter: str = ","
    unit: str = "bytes"
    pattern: str = ""
    heading_rows: int = 1
    has_names: bool = True
    width: int = 0
    trailer: str = ""
    ends_with_newline: bool = False
    most_changed: int = 30
    key: str = ""

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Read a layout that was stored."""
        sources = tuple(Source(**each) for each in stored["sources"])
        return cls(**{**stored, "sources": sources})

    def to_json(self) -> dict[str, Any]:
        """Give the layout as it is stored."""
        return asdict(self)

    @property
    def mapped(self) -> tuple[Source, ...]:
        """List the columns that this layout fills."""
        return tuple(each for each in self.sources if each.source or each.default)


def check_layout(*, layout: ProfileLayout, required: Sequence[str]) -> None:
    """Refuse a layout that could never read a file.

    Raises BadLayout.
    """
    _check_words(layout)
    mapped = {each.column for each in layout.mapped}
    for column in required:
        if column not in mapped:
            raise BadLayout(column, "unmapped")
    names = _groups(layout.pattern) if layout.shape == "regex" else frozenset()
    for each in layout.mapped:
        if each.source:
            _check_source(layout, each, names)
    if layout.trailer:
        _compiled("trailer", layout.trailer)


def _check_words(layout: ProfileLayout) -> None:
    known = (
        ("shape", layout.shape, SHAPES),
        ("encoding", layout.encoding, ENCODINGS),
        ("delimiter", layout.delimiter, DELIMITERS),
        ("unit", layout.unit, UNITS),
    )
    for part, word, words in known:
        if word not in words:
            raise BadLayout(part, "unknown")
    if not 0 <= layout.heading_rows <= MOST_HEADING_ROWS:
        raise BadLayout("heading_rows", "range")
    if layout.shape == "delimited" and layout.has_names and not layout.heading_rows:
        raise BadLayout("heading_rows", "no_names")


def _check_source(layout: ProfileLayout, each: Source, names: frozenset[str]) -> None:
    if each.date not in DATES:
        raise BadLayout(each.column, "unknown")
    if layout.shape == "fixed":
        bounds = bounds_of(each.source)
        if bounds is None:
            raise BadLayout(each.column, "range")
    elif layout.shape == "regex":
        if each.source not in names:
            raise BadLayout(each.column, "group")
    elif not layout.has_names and not _NUMBER.fullmatch(each.source):
        raise BadLayout(each.column, "number")


def bounds_of(source: str) -> tuple[int, int] | None:
    """Read a range of a fixed-width line, ``12-20``, as the borders of a slice."""
    found = _RANGE.fullmatch(source)
    if found is None or int(found[1]) > int(found[2]):
        return None
    return int(found[1]) - 1, int(found[2])


def compile_pattern(pattern: str) -> Pattern:
    """Prepare the pattern of one line.

    Raises BadLayout.
    """
    return _compiled("pattern", pattern)


def compile_trailer(pattern: str) -> Pattern:
    """Prepare the pattern of the line that ends a file.

    Raises BadLayout.
    """
    return _compiled("trailer", pattern)


def _groups(pattern: str) -> frozenset[str]:
    return frozenset(_compiled("pattern", pattern).groupindex)


def _compiled(part: str, pattern: str) -> Pattern:
    if not pattern:
        raise BadLayout(part, "empty")
    if len(pattern) > LONGEST_PATTERN:
        raise BadLayout(part, "long")
    try:
        return compiled(pattern)
    except Unreadable as refusal:
        raise BadLayout(part, refusal.reason) from refusal
