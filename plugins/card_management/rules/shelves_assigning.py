"""Which new cards go where: by delivery, kind, part of the city and the first sign of the reading."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

# The first signs of the ten rows of the syllabary, and the signs of each row without their marks.
ROWS: Final = {
    "ア": "アイウエオァィゥェォヴ",
    "カ": "カキクケコヵヶ",
    "サ": "サシスセソ",
    "タ": "タチツテトッ",
    "ナ": "ナニヌネノ",
    "ハ": "ハヒフヘホ",
    "マ": "マミムメモ",
    "ヤ": "ヤユヨャュョ",
    "ラ": "ラリルレロ",
    "ワ": "ワヲンヮヰヱ",
}
_ROW_OF: Final = {sign: row for row, signs in ROWS.items() for sign in signs}
# ー and hiragana stand one table away from katakana.
_HIRAGANA: Final = range(0x3041, 0x3097)
_TO_KATAKANA: Final = 0x60


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What decides about the spot of a card."""

    batch: str = ""
    kind: str = ""
    kana: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """What a rule asks for; what is empty fits every card."""

    batch: str = ""
    kind: str = ""
    areas: Sequence[str] = ()
    kana_rows: str = ""


def row_of(kana: str) -> str:
    """Tell in which row of the syllabary a reading begins; nothing for what is no kana."""
    # Half-width signs become full-width ones, and marks fall off.
    plain = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", kana).strip())[:1]
    if plain and ord(plain) in _HIRAGANA:
        plain = chr(ord(plain) + _TO_KATAKANA)
    return _ROW_OF.get(plain, "")


def fits(*, conditions: Conditions, facts: Facts) -> bool:
    """Tell whether a card meets every condition of a rule."""
    return (
        (not conditions.batch or facts.batch.startswith(conditions.batch))
        and (not conditions.kind or facts.kind == conditions.kind)
        and (not conditions.areas or any(area in facts.address for area in conditions.areas))
        and (not conditions.kana_rows or row_of(facts.kana) in tuple(conditions.kana_rows))
    )
