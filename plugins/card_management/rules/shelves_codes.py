"""Bar codes of spots and parcels: eight digits with a check digit, so that no notice number is like them."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Code(StrEnum):
    """What a bar code names."""

    SPOT = "spot"
    PARCEL = "parcel"
    CARD = "card"
    UNREADABLE = "unreadable"


FIRST: Final = {Code.SPOT: "7", Code.PARCEL: "8"}
KINDS: Final = {digit: kind for kind, digit in FIRST.items()}
# The bars of NW-7 begin and end with one of these letters; many readers send them along.
FRAME: Final = "ABCD"
LENGTH: Final = 8
LONGEST: Final = 40
HIGHEST_NUMBER: Final = 999_999
_BETWEEN: Final = re.compile(r"[\s\-‐-―−ー－]")


@dataclass(frozen=True, slots=True)
class Scanned:
    """One code as a reader sent it: what it names, and its number or its text."""

    kind: Code
    text: str
    number: int = 0


def code_of(*, kind: Code, number: int) -> str:
    """Write the code of a spot or a parcel."""
    digits = f"{FIRST[kind]}{number:06d}"
    return digits + _check_digit(digits)


def framed(code: str) -> str:
    """Give a code its start and stop letter for NW-7."""
    return f"A{code}A"


def read(typed: str) -> Scanned:
    """Read what a reader sent: full-width, lower case, with hyphens, with or without its frame."""
    plain = _BETWEEN.sub("", unicodedata.normalize("NFKC", typed).upper())
    # Readers send control characters before and after what they read.
    text = "".join(sign for sign in plain if sign.isprintable())[:LONGEST]
    if len(text) > len(FRAME) and text[0] in FRAME and text[-1] in FRAME:
        text = text[1:-1]
    if not text:
        return Scanned(Code.UNREADABLE, "")
    if len(text) != LENGTH or not text.isdecimal() or text[0] not in KINDS:
        return Scanned(Code.CARD, text)
    if text[-1] != _check_digit(text[:-1]):
        return Scanned(Code.UNREADABLE, text)
    return Scanned(KINDS[text[0]], text, int(text[1:-1]))


def _check_digit(digits: str) -> str:
    """Weigh digits by 3 and 1 from the right, so that no single wrong digit goes unseen."""
    weighed = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return str(-weighed % 10)
