"""What a sample of a code seems to be made of; whoever describes it looks and mends."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from plugins.card_management.rules.qr_parts import (
    LINE,
    LONGEST_PART,
    MOST_HEAD,
    MOST_PARTS,
    SIGNS,
    Part,
    Parts,
    cut,
)

_DATE: Final = re.compile(
    r"[12]\d{3}[-/.]?[01]?\d[-/.]?[0-3]?\d|[MTSHR明大昭平令](?:和|正|成|治)?\d{1,2}[-/.年]\d{1,2}[-/.月]\d{1,2}日?"
)
_FEWEST: Final = 2
_ONE: Final = 100
# In this order: the first that fits every person, each name once.
_LOOKS: Final = (
    ("born", _DATE),
    ("number", re.compile(r"[0-9A-Za-z]{3}-?[0-9]{6}")),
    ("application", re.compile(r"[0-9]{23}")),
    ("postcode", re.compile(r"[0-9]{3}-?[0-9]{4}")),
    ("sex", re.compile(r"[男女]")),
    ("kind", re.compile(r"[0-9]{1,2}")),
    ("kana", re.compile(r"[ァ-ヺー・ｦ-ﾟ 　]+")),
    ("alphabet", re.compile(r"[A-Z][A-Z .,'-]+")),
    ("address", re.compile(r".*[都道府県市区町村].*[0-9０-９番].*")),
    ("name", re.compile(r"(?=.*[一-鿿ぁ-ゖァ-ヺ]).+")),
)
_PAGES: Final = re.compile(r"[0-9]{1,3}[/-][0-9]{1,3}")
_MARK: Final = re.compile(r"[A-Za-z]+[0-9]{0,2}")
_TIGHT: Final = re.compile(r"([0-9A-Z]{9})([12][0-9]{7})(.*)", re.DOTALL)


def guess_parts(text: str, /) -> Parts:
    """Guess how a sample is cut and what its parts are."""
    plain = text.strip("\r\n\t ")
    best = max(_guesses(plain), key=lambda each: each.score, default=None)
    if best is not None and best.score > _ONE:
        return best.parts
    tight = _TIGHT.fullmatch(plain)
    if tight is not None:
        widths = [Part("number", 9), Part("born", 8)]
        rest = Part("", min(len(tight[3]), 200))
        return Parts(way="widths", record=(*widths, *([rest] if rest.width else [])))
    return best.parts if best is not None else Parts()


def name_parts(rows: Sequence[Sequence[str]], /) -> tuple[str, ...]:
    """Guess what each part of a person is, each name once."""
    width = max((len(row) for row in rows), default=0)
    names: list[str] = []
    for place in range(width):
        cells = [row[place].strip() for row in rows if place < len(row) and row[place].strip()]
        # No part is longer, and a long text would keep the looks busy for minutes.
        looks = _LOOKS if cells and max(map(len, cells)) <= LONGEST_PART else ()
        fits = (name for name, look in looks if all(look.fullmatch(cell) for cell in cells))
        names.append(next((name for name in fits if name not in names), ""))
    return tuple(names)


def name_head(pieces: Sequence[str], /) -> tuple[Part, ...]:
    """Guess what each part before the people is."""
    parts: list[Part] = []
    for place, piece in enumerate(pieces):
        taken = {part.name for part in parts}
        if "both" not in taken and _PAGES.fullmatch(piece.strip()):
            parts.append(Part("both"))
        elif not place and _MARK.fullmatch(piece):
            parts.append(Part("text", text=piece))
        else:
            parts.append(Part("" if "list" in taken else "list"))
    return tuple(parts)


@dataclass(frozen=True, slots=True)
class _Guess:
    score: int
    parts: Parts


def _guesses(text: str) -> list[_Guess]:
    present = [sign for sign in SIGNS if sign in text]
    pairs = [(between, after) for between in present for after in (*present, LINE) if between != after]
    return [found for between, after in pairs if (found := _guess(text, between, after)) is not None]


def _guess(text: str, between: str, after: str) -> _Guess | None:
    begun = Parts(between=between, after=after, head_after=after, is_closed=text.endswith(after))
    rows = cut(text=text, parts=begun).rows
    if not rows or not _FEWEST <= len(rows[-1]) <= MOST_PARTS:
        return None
    same = 0
    while same < len(rows) and len(rows[-1 - same]) == len(rows[-1]):
        same += 1
    before = len(rows) - same
    if before > MOST_HEAD:
        return None
    head = tuple(between.join(row) for row in rows[:before])
    names = name_parts(rows[before:])
    score = _ONE * ("number" in names) + _ONE * ("born" in names) + 10 * len(set(names) - {""}) - before
    named = replace(begun, head=name_head(head), record=tuple(Part(name) for name in names))
    return _Guess(score, named)
