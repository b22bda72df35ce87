"""The number in the bars of a letter: a nine, the letter's own number, and a check digit."""

import re
from typing import Final

# NW-7 knows digits and a few signs, no letters: a notice number with letters cannot stand in its bars.
LETTER: Final = re.compile(r"[A-Da-d]?(9\d{8})(\d)[A-Da-d]?")
MOST: Final = 10**8


class TooManyLetters(ValueError):
    """The numbers of letters are used up."""


def letter_number(line: int) -> str:
    """Write the ten digits that stand in the bars of a letter."""
    if not 0 < line < MOST:
        raise TooManyLetters(line)
    digits = f"9{line:08}"
    return digits + _check(digits)


def bars(number: str) -> str:
    """Write a number with the start and stop letters of NW-7."""
    return f"A{number}A"


def line_of(code: str) -> int | None:
    """Read the letter's own number from scanned bars; None where they are somebody else's or misread."""
    found = LETTER.fullmatch(code.strip())
    if found is None or _check(found[1]) != found[2]:
        return None
    return int(found[1][1:])


def _check(digits: str) -> str:
    # Modulus 10 with weights 3 and 1 finds every single wrong digit and most that changed places.
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return str(-total % 10)
