"""The detector that keeps My Number out: it is never stored, so what looks like one is refused."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from typing import Final

NUMBER_DIGITS: Final = 12
_KANJI: Final = dict(zip("〇一二三四五六七八九零壱弐参", (*range(10), 0, 1, 2, 3), strict=True))
_DIGIT: Final = "[0-9０-９①-⑨⓪〇一二三四五六七八九零壱弐参]"
_GAP: Final = "[-‐‑‒–—−－ー_.．・･ 　\u00a0]"
RUN: Final = re.compile(f"{_DIGIT}(?:{_GAP}{{0,3}}{_DIGIT}){{11,}}")
GROUP: Final = re.compile(f"{_DIGIT}+")
# As it is printed on the card.
PRINTED: Final = [4, 4, 4]
# Keys, tokens and identifiers are no words of people; twelve of their signs may be digits by chance.
TOKEN: Final = re.compile(r"[0-9A-Za-z_+/=:-]{32,}")
LETTER: Final = re.compile("[A-Za-z]")
_WEIGHTS: Final = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)


def has_valid_check_digit(*, digits: str) -> bool:
    """Tell whether twelve digits end in the check digit that My Number prescribes."""
    total = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=False))
    remainder = total % 11
    return int(digits[11]) == (0 if remainder <= 1 else 11 - remainder)


def find_my_number(*, text: str) -> int | None:
    """Find where something that looks like a My Number begins in a text, or None."""
    return next((start for start, _digits in my_numbers(text=text)), None)


def my_numbers(*, text: str) -> Iterator[tuple[int, str]]:
    """Find whatever looks like a My Number in a text: where it begins, and its twelve digits."""
    if TOKEN.fullmatch(text) and LETTER.search(text):
        return
    tokens: list[tuple[int, int]] | None = None
    for run in RUN.finditer(text):
        for start, digits in _candidates(run):
            if not has_valid_check_digit(digits=digits):
                continue
            # Looked for once: a stranger may send a hundred thousand numbers.
            tokens = _tokens_of(text) if tokens is None else tokens
            if not _is_within(tokens, start):
                yield start, digits


def _candidates(run: re.Match[str]) -> Iterator[tuple[int, str]]:
    """Read a run of digits and gaps as people write such a number; longer ones are telephone numbers."""
    groups = [(run.start() + each.start(), _digits(each.group())) for each in GROUP.finditer(run.group())]
    whole = "".join(digits for _start, digits in groups)
    if len(whole) == NUMBER_DIGITS:
        yield run.start(), whole
        return
    for position, (start, digits) in enumerate(groups):
        three = [each for _start, each in groups[position : position + 3]]
        if len(digits) == NUMBER_DIGITS:
            yield start, digits
        elif [len(each) for each in three] == PRINTED:
            yield start, "".join(three)


def _digits(text: str) -> str:
    return "".join(str(_KANJI.get(sign, unicodedata.digit(sign, 0))) for sign in text)


def _tokens_of(text: str) -> list[tuple[int, int]]:
    return [each.span() for each in TOKEN.finditer(text) if LETTER.search(each.group())]


def _is_within(spans: list[tuple[int, int]], position: int) -> bool:
    before = bisect_right(spans, position, key=lambda span: span[0]) - 1
    return before >= 0 and position < spans[before][1]
