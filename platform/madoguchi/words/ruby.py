"""Furigana in plain text, written as Aozora Bunko writes it.

漢字《かんじ》 puts a reading over the kanji before it; ｜1人《ひとり》 says where the base begins. Anything
else in these brackets, or without kanji before it, is left alone.
"""

import re
from bisect import bisect
from collections.abc import Callable, Iterator

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

KANJI = "々〆〇一-鿿㐀-䶿豈-﫿\U00020000-\U0003ffff"
KANA = "ぁ-ゖァ-ヺー"
# A run of kanji is looked at from its start only: from each of its kanji, a long one would take hours.
PAIR = re.compile(
    rf"(?:｜(?P<base>[^｜《》<>&\"\n]{{1,40}})|(?P<kanji>(?<![{KANJI}])[{KANJI}]+))"
    rf"《(?P<reading>[{KANA}]{{1,40}})》"
)
RUN = re.compile(rf"[{KANJI}]+")
STRAY = re.compile(r"[｜《》]")
BRACKETED = re.compile(rf"(?<![{KANJI}])([{KANJI}]+)\(([ぁ-ゖー]+)\)")
# One and two people are counted by words of their own, whatever number a page fills in.
FEW_PEOPLE = re.compile(r"(?<!\d)(?P<number>[12]) ?人《にん》")
FEW = {"1": "ひとり", "2": "ふたり"}
# Inside these, markup is either impossible or not ours to change.
ONLY_TEXT = re.compile(
    r"<(title|option|script|style|textarea|text)\b[^>]*>.*?</\1\s*>", re.DOTALL | re.IGNORECASE
)
KEPT = ("<textarea", "<script", "<style")
# What visitors typed, and addresses: without its sign in front, a path could become another site's address.
AS_IT_IS = re.compile(r"(?:\bvalue|href|src|action)=$")
LONGEST_NAME = 12

RUBY = "<ruby>{}<rp>（</rp><rt>{}</rt><rp>）</rp></ruby>"


def base_of(pair: re.Match[str]) -> str:
    """Name the words under a reading."""
    return pair["base"] or pair["kanji"]


def without(text: str) -> str:
    """Leave all readings out: for titles of mails, for searching, for file names."""
    return PAIR.sub(base_of, text)


def in_brackets(text: str) -> str:
    """Write readings behind their words, for texts that have no other way: 漢字(かんじ)."""
    return PAIR.sub(lambda pair: f"{base_of(pair)}({pair['reading']})", _counted(text))


def from_brackets(text: str) -> str:
    """Turn readings in brackets behind kanji into the notation."""
    return BRACKETED.sub(r"\1《\2》", text)


def to_html(text: str) -> SafeString:
    """Write readings over their words; everything else is escaped, unless it is safe already."""
    return mark_safe(PAIR.sub(_drawn, _counted(str(escape(text)))))  # noqa: S308


def in_page(page: str, *, is_shown: bool) -> str:
    """Draw the readings of a finished page, or leave them out; its attributes and its title never show any.

    What visitors typed into a field stays as they typed it.
    """
    if "》" not in page:
        return page
    page = _counted(page)
    draw: Callable[[re.Match[str]], str] = _drawn if is_shown else base_of
    spans = [found.span() for found in ONLY_TEXT.finditer(page)]
    starts = [start for start, _ in spans]
    reader = _Reader(page)

    def placed(pair: re.Match[str]) -> str:
        at = pair.start()
        reader.go_to(at)
        nearest = bisect(starts, at) - 1
        if nearest >= 0 and at < spans[nearest][1]:
            is_kept = page.startswith(KEPT, starts[nearest])
            return pair[0] if is_kept else base_of(pair)
        if reader.is_in_tag:
            return pair[0] if reader.is_kept else base_of(pair)
        return draw(pair)

    return PAIR.sub(placed, page)


class _Reader:
    """Knows where in a page's markup a place is; it reads forwards and everything once."""

    def __init__(self, page: str) -> None:
        self._page = page
        self._at = 0
        self._quote = 0
        self.is_in_tag = False

    def go_to(self, at: int) -> None:
        """Read on to a place."""
        opened, closed = self._page.rfind("<", self._at, at), self._page.rfind(">", self._at, at)
        if opened != closed:
            self.is_in_tag = opened > closed
        self._quote = max(self._quote, self._page.rfind('"', self._at, at))
        self._at = at

    @property
    def is_kept(self) -> bool:
        """Tell whether this is the value of an attribute that stays as it is."""
        return bool(AS_IT_IS.search(self._page[max(self._quote - LONGEST_NAME, 0) : self._quote]))


def strays(text: str) -> list[str]:
    """List the signs of the notation that belong to no reading."""
    return STRAY.findall(PAIR.sub("", text))


def unread(text: str) -> list[str]:
    """List the kanji that have no reading."""
    return RUN.findall(PAIR.sub(" ", text))


def pairs(text: str) -> Iterator[tuple[str, str]]:
    """Go through the words that have a reading, with it."""
    return ((base_of(pair), pair["reading"]) for pair in PAIR.finditer(text))


def _counted(text: str) -> str:
    return FEW_PEOPLE.sub(lambda found: f"｜{found['number']}人《{FEW[found['number']]}》", text)


def _drawn(pair: re.Match[str]) -> str:
    return RUBY.format(base_of(pair), pair["reading"])
