"""Codes told by their parts instead of a pattern: cut at signs or by width, each part with a name."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

FIELDS: Final = (
    "number", "name", "kana", "born", "postcode", "address", "sex", "kind", "alphabet", "common",
    "application", "batch",
)  # fmt: skip
PAGE_FIELDS: Final = ("list", "page", "pages")
REQUIRED: Final = ("number", "born")
# What a part before the people may be; "both" is 1/5, "text" is the same on every code.
HEAD_ROLES: Final = ("", "text", "list", "page", "pages", "both")
WAYS: Final = ("signs", "widths")
LINE: Final = "\n"
"""Between people: a new line, a separator sign of computers, or nothing because there is one person."""
SIGNS: Final = (",", ";", "|", "\t", "/", ":", "#", "*", "+", "@", "^", "&", "=", "$", "~", " ")
MOST_PARTS: Final = 24
MOST_HEAD: Final = 8
LONGEST_TEXT: Final = 20
LONGEST_PART: Final = 200
_LINES: Final = "\r\n\x1d\x1e"
_SPLIT_LINES: Final = re.compile(r"[\r\n\x1d\x1e]+")
_SPECIAL: Final = re.compile(r"([\\.^$*+?{}\[\]|()])")
# Blanks at the end of a code are lost on the way: only what is filled up with them may be shorter there.
_PADDED: Final = frozenset({"", "name", "kana", "address", "alphabet", "common"})


class BadPattern(ValueError):
    """A profile that could never read a code: which part of it, and why."""

    def __init__(self, part: str, reason: str) -> None:
        super().__init__(f"{part}: {reason}")
        self.part = part
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a code: its name, and its width or its text where these are told."""

    name: str = ""
    width: int = 0
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """How a code is cut: what stands before the people, and what is told of each person."""

    way: str = "signs"
    between: str = ","
    after: str = ";"
    head_after: str = ";"
    is_closed: bool = True
    """Whether the last person ends with the sign, too: a code that was cut off shows by it."""
    head: tuple[Part, ...] = ()
    record: tuple[Part, ...] = ()

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Read parts that were stored."""
        cut = {name: tuple(Part(**each) for each in stored[name]) for name in ("head", "record")}
        return cls(**{**stored, **cut})


@dataclass(frozen=True, slots=True)
class Pieces:
    """A code in pieces: those before the people, and those of each person."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def width(self) -> int:
        """Count the pieces of the longest row."""
        return max((len(row) for row in self.rows), default=0)


def cut(*, text: str, parts: Parts) -> Pieces:
    """Cut a code as told, whatever the pieces are called."""
    plain = text.strip("\r\n")
    return _cut_by_widths(plain, parts) if parts.way == "widths" else _cut_at_signs(plain, parts)


def check_parts(parts: Parts, /) -> None:
    """Refuse parts that could never read a code.

    Raises BadPattern.
    """
    names = [part.name for part in parts.record if part.name]
    _check_words(parts, names)
    if not set(REQUIRED) <= set(names):
        raise BadPattern("record", "unnamed")
    _check_pages(parts)
    if len(set(names)) < len(names):
        raise BadPattern("record", "twice")
    if parts.way == "widths":
        if any(not 1 <= part.width <= LONGEST_PART for part in (*parts.head, *parts.record)):
            raise BadPattern("record", "widths")
    elif parts.between == parts.after or not {parts.between, parts.after, parts.head_after} <= {*SIGNS, LINE}:
        raise BadPattern("record", "signs")


def _check_words(parts: Parts, names: Sequence[str]) -> None:
    if parts.way == "widths" and not parts.record:
        raise BadPattern("record", "widths")
    if parts.way not in WAYS or not 1 <= len(parts.record) <= MOST_PARTS or len(parts.head) > MOST_HEAD:
        raise BadPattern("record", "parts")
    if set(names) - set(FIELDS) or {part.name for part in parts.head} - set(HEAD_ROLES):
        raise BadPattern("record", "parts")


def patterns_of(parts: Parts, /) -> tuple[str, str]:
    """Write the patterns by which codes of these parts are read: of one person, and of what stands before."""
    if parts.way == "widths":
        last = len(parts.record) - 1
        record = "".join(_wide(part, is_last=place == last) for place, part in enumerate(parts.record))
        return record, "".join(_wide_head(part) for part in parts.head)
    cell = f"[^{_in_class(parts.between)}{'' if parts.after == LINE else _in_class(parts.after)}{_LINES}]*"
    cells = (f"(?P<{part.name}>{cell})" if part.name else cell for part in parts.record)
    return _quoted(parts.between).join(cells) + _end(parts), "".join(_headed(parts))


def _check_pages(parts: Parts) -> None:
    roles = [part.name for part in parts.head if part.name and part.name != "text"]
    given = [name for role in roles for name in (("page", "pages") if role == "both" else (role,))]
    if len(set(given)) < len(given):
        raise BadPattern("head", "twice")
    if ("page" in given) != ("pages" in given) or (parts.way == "widths" and "both" in roles):
        raise BadPattern("head", "pages")
    if any(part.name == "text" and not 0 < len(part.text) <= LONGEST_TEXT for part in parts.head):
        raise BadPattern("head", "text")


def _cut_at_signs(text: str, parts: Parts) -> Pieces:
    head: list[str] = []
    for _place in parts.head:
        piece, _sign, text = _partitioned(text, parts.head_after)
        head.append(piece)
    rows = _SPLIT_LINES.split(text) if parts.after == LINE else text.split(parts.after)
    cells = tuple(tuple(row.split(parts.between)) for row in rows if row.strip())
    return Pieces(tuple(head), cells)


def _partitioned(text: str, sign: str) -> tuple[str, str, str]:
    if sign != LINE:
        return text.partition(sign)
    first, *rest = _SPLIT_LINES.split(text, maxsplit=1)
    return first, LINE, rest[0] if rest else ""


def _cut_by_widths(text: str, parts: Parts) -> Pieces:
    head, start = _taken(text, 0, parts.head)
    rows: list[tuple[str, ...]] = []
    while start < len(text) and parts.record and sum(part.width for part in parts.record):
        row, start = _taken(text, start, parts.record)
        rows.append(row)
        while start < len(text) and text[start] in _LINES:
            start += 1
    return Pieces(head, tuple(rows))


def _taken(text: str, start: int, parts: Sequence[Part]) -> tuple[tuple[str, ...], int]:
    pieces = []
    for part in parts:
        pieces.append(text[start : start + part.width])
        start += part.width
    return tuple(pieces), start


def _end(parts: Parts) -> str:
    if parts.after == LINE:
        return rf"(?=[{_LINES}]|\Z)"
    return _quoted(parts.after) if parts.is_closed else rf"(?:{_quoted(parts.after)}|\Z)"


def _headed(parts: Parts) -> list[str]:
    is_line = parts.head_after == LINE
    end = f"[{_LINES}]+" if is_line else _quoted(parts.head_after)
    cell = f"[^{'' if is_line else _in_class(parts.head_after)}{_LINES}]*"
    return [f"{_head_cell(part, cell)}{end}" for part in parts.head]


def _head_cell(part: Part, cell: str) -> str:
    number = "[0-9]{1,3}"
    written = {
        "text": _quoted(part.text),
        "list": f"(?P<list>{cell})",
        "page": f"(?P<page>{number})",
        "pages": f"(?P<pages>{number})",
        "both": f"(?P<page>{number})[/-](?P<pages>{number})",
    }
    return written.get(part.name, cell)


def _wide(part: Part, *, is_last: bool) -> str:
    least = "0," if is_last and part.name in _PADDED else ""
    cell = f".{{{least}{part.width}}}"
    return f"(?P<{part.name}>{cell})" if part.name else cell


def _wide_head(part: Part) -> str:
    if part.name == "text":
        return _quoted(part.text)
    cell = f"[0-9]{{{part.width}}}" if part.name in ("page", "pages") else f".{{{part.width}}}"
    return f"(?P<{part.name}>{cell})" if part.name else cell


def _quoted(text: str) -> str:
    # Not re.escape: a beginning without backslashes is known again in a code that was cut off.
    return _SPECIAL.sub(r"\\\1", text)


def _in_class(sign: str) -> str:
    return f"\\{sign}" if sign in "^]-\\" else sign
