"""Telephone numbers as people type and write them."""

import re
import unicodedata
from typing import Final

FEWEST_DIGITS: Final = 9
# With the input method on, the key of the hyphen gives a long vowel.
_HYPHENS: Final = re.compile("[‐-―−ーｰ]")
_WRITTEN: Final = re.compile(r"[0-9()+\- ]{9,20}")


def dialled(typed: str) -> str | None:
    """Write a number with plain digits and hyphens; None for what nobody can dial."""
    number = _HYPHENS.sub("-", unicodedata.normalize("NFKC", typed)).strip()
    digits = sum(sign.isdigit() for sign in number)
    return number if _WRITTEN.fullmatch(number) and digits >= FEWEST_DIGITS else None
