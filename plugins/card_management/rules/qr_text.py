"""What a reader types: repaired where an input method got in between, and told apart by profiles."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final, Self

from madoguchi.exchange.rules.patterns import Patience, Pattern, SlowPattern, Unreadable, compiled
from plugins.card_management.rules.qr_parts import (
    FIELDS,
    PAGE_FIELDS,
    REQUIRED,
    BadPattern,
    Parts,
    check_parts,
    patterns_of,
)

LONGEST: Final = 8_000
# Seconds for all profiles together: whoever holds the reader waits for the sound.
PATIENCE: Final = 1.0
LONGEST_PATTERN: Final = 600
MOST_RECORDS: Final = 200
MOST_PAGES: Final = 999
# What a Japanese input method makes of the signs between the fields.
_SIGNS: Final = dict(zip("、。・「」￥ー―‐−〜", ",./[]\\----~", strict=True))
# Behind kana these signs belong to a reading.
_STRAY: Final = re.compile("(?<![ァ-ヺぁ-ゖー])[、。・「」￥ー―‐−〜]")
_LITERAL: Final = re.compile(r"[A-Za-z0-9:;,/ -]{2,}")
_KANA_TYPED: Final = re.compile("[ぁ-ゖ]")
_LATIN: Final = re.compile("[A-Za-zＡ-Ｚａ-ｚ0-9０-９]")
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1c\x1f\x7f]")


@dataclass(frozen=True, slots=True, kw_only=True)
class QrLayout:
    """How the codes of one kind of list are written."""

    record: str = ""
    """The pattern of one person: named groups from FIELDS."""
    page: str = ""
    """The pattern of what stands before the people: groups list, page and pages; empty for single codes."""
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    parts: Parts | None = None
    """The same told by parts: the patterns follow from it and are never stored beside it."""

    @classmethod
    def of_parts(cls, parts: Parts, /, *, codes: Mapping[str, Mapping[str, str]]) -> Self:
        """Make a layout of parts."""
        record, page = patterns_of(parts)
        return cls(record=record, page=page, codes=codes, parts=parts)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Read a layout that was stored."""
        if stored.get("parts"):
            return cls.of_parts(Parts.from_json(stored["parts"]), codes=stored["codes"])
        return cls(record=stored["record"], page=stored["page"], codes=stored["codes"])

    def to_json(self) -> dict[str, Any]:
        """Give the layout as it is stored."""
        if self.parts is not None:
            return {"parts": asdict(self.parts), "codes": dict(self.codes)}
        return {"record": self.record, "page": self.page, "codes": dict(self.codes)}


@dataclass(frozen=True, slots=True)
class Scan:
    """A code as a profile reads it: its page, and the people on it by field."""

    records: tuple[dict[str, str], ...]
    text: str
    list_name: str = ""
    page: int = 0
    pages: int = 0


@dataclass(frozen=True, slots=True)
class Unread:
    """Why a code cannot be read: empty, long, input method on, another kind, cut off, or a slow profile."""

    reason: str


def check_qr(layout: QrLayout) -> None:
    """Refuse a layout that could never read a code.

    Raises BadPattern.
    """
    if layout.parts is not None:
        check_parts(layout.parts)
    names = set(_compiled("record", layout.record).groupindex)
    missing = [name for name in REQUIRED if name not in names]
    if missing:
        raise BadPattern("record", "missing")
    if names - set(FIELDS):
        raise BadPattern("record", "group")
    if layout.page:
        given = set(_compiled("page", layout.page).groupindex)
        is_paged = {"page", "pages"} <= given or layout.parts is not None
        if given - set(PAGE_FIELDS) or not is_paged:
            raise BadPattern("page", "group")


def tidy(text: str) -> str:
    """Take away what a reader adds to a code: control signs and the Enter behind it."""
    return _CONTROL.sub("", text).strip("\r\n\t ")


def repair(text: str) -> str:
    """Write what a reader typed through a Japanese input method as the code has it."""
    narrow = "".join(
        unicodedata.normalize("NFKC", sign) if "\uff01" <= sign <= "\uff5e" else sign for sign in text
    )
    return _STRAY.sub(lambda found: _SIGNS[found.group()], narrow)


def read_scan(*, text: str, layouts: Sequence[tuple[Any, QrLayout]]) -> tuple[Any, Scan] | Unread:
    """Read a code by the first profile that fits it whole, as it is or repaired."""
    plain = tidy(text)
    if not plain:
        return Unread("empty")
    if len(plain) > LONGEST:
        return Unread("long")
    try:
        return _read_by_any(plain, layouts)
    except SlowPattern:
        return Unread("slow")


def _read_by_any(plain: str, layouts: Sequence[tuple[Any, QrLayout]]) -> tuple[Any, Scan] | Unread:
    begun: set[str] = set()
    patience = Patience(PATIENCE)
    for attempt in dict.fromkeys((plain, repair(plain))):
        for key, layout in layouts:
            found = _read(attempt, layout, patience)
            if isinstance(found, Scan):
                return key, found
            if found:
                begun.add(attempt)
    # Names are full of kana: only what does not begin as it should was typed by an input method.
    if plain not in begun and _is_typed_in_kana(plain):
        return Unread("input_method")
    return Unread("cut" if begun else "other")


def missing_pages(*, pages: int, read: Sequence[int]) -> tuple[int, ...]:
    """Name the pages of a list that were not read yet."""
    known = set(read)
    return tuple(page for page in range(1, pages + 1) if page not in known)


def _read(text: str, layout: QrLayout, patience: Patience) -> Scan | bool:
    """Read a whole code; else tell whether it begins as one of this kind."""
    start, list_name, page, pages = 0, "", 0, 0
    if layout.page:
        head = patience.match(_compiled("page", layout.page), text)
        if head is None:
            return _begins(text, layout.page)
        parts = {name: value or "" for name, value in head.groupdict().items()}
        page, pages = _number(parts.get("page", "")), _number(parts.get("pages", ""))
        start, list_name = head.end(), parts.get("list", "")
        if "pages" in parts and not 1 <= page <= pages <= MOST_PAGES:
            return True
    records, end = _records(text, start, layout, patience)
    if not records or end < len(text):
        return bool(layout.page or records) or _begins(text, layout.record)
    return Scan(tuple(records), text, list_name, page, pages)


def _begins(text: str, pattern: str) -> bool:
    """Tell whether a code begins with the letters with which this kind begins."""
    literal = _LITERAL.match(pattern.lstrip("^"))
    return literal is not None and text.startswith(literal.group())


def _records(text: str, start: int, layout: QrLayout, patience: Patience) -> tuple[list[dict[str, str]], int]:
    pattern = _compiled("record", layout.record)
    records: list[dict[str, str]] = []
    end = start
    while end < len(text) and len(records) < MOST_RECORDS:
        found = patience.match(pattern, text, end)
        if found is None or found.end() == end:
            break
        records.append(_coded(found.groupdict(), layout))
        end = found.end()
        while text[end : end + 1] in ("\r", "\n", "\x1d", "\x1e") and end < len(text):
            end += 1
    return records, end


def _coded(groups: Mapping[str, str | None], layout: QrLayout) -> dict[str, str]:
    fields = {name: (value or "").strip() for name, value in groups.items()}
    return {name: layout.codes.get(name, {}).get(value, value) for name, value in fields.items()}


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) <= 4 else 0


def _is_typed_in_kana(text: str) -> bool:
    return len(_KANA_TYPED.findall(text)) > 2 and len(_LATIN.findall(text)) < len(text) // 2


def _compiled(part: str, pattern: str) -> Pattern:
    if not pattern or len(pattern) > LONGEST_PATTERN:
        raise BadPattern(part, "length")
    try:
        return compiled(pattern)
    except Unreadable as refusal:
        raise BadPattern(part, refusal.reason) from refusal
