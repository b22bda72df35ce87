"""The detector that keeps My Number out: it is never stored, so what looks like one is refused."""

import re
import unicodedata
from typing import Final

_DIGIT: Final = "[0-9０-９]"
_GAP: Final = "[-‐‑–−－ー 　]?"
TWELVE_DIGITS: Final = re.compile(f"(?<!{_DIGIT}){_DIGIT}(?:{_GAP}{_DIGIT}){{11}}(?!{_DIGIT})")
_WEIGHTS: Final = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)


def has_valid_check_digit(*, digits: str) -> bool:
    """Tell whether twelve digits end in the check digit that My Number prescribes."""
    total = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=False))
    remainder = total % 11
    return int(digits[11]) == (0 if remainder <= 1 else 11 - remainder)


def find_my_number(*, text: str) -> int | None:
    """Find where something that looks like a My Number begins in a text, or None."""
    for match in TWELVE_DIGITS.finditer(text):
        digits = "".join(sign for sign in unicodedata.normalize("NFKC", match.group()) if sign.isdigit())
        if len(digits) == 12 and has_valid_check_digit(digits=digits):
            return match.start()
    return None
