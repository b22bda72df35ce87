"""Readings to suggest while somebody writes: never while a page is shown.

The dictionary is an optional part of the installation («ruby»); without it people type readings by hand.
"""

import re
import tomllib
from collections.abc import Iterator
from functools import cache  # noqa: TID251 - of this code, the same for every city
from importlib import resources, util
from typing import Any

from madoguchi.words import ruby

KATAKANA = range(ord("ァ"), ord("ヶ") + 1)
TO_HIRAGANA = ord("ァ") - ord("ぁ")
# Placeholders, tags and addresses are not words; the dictionary joins a bracket to the word before it.
UNREADABLE = re.compile(r"%\(\w+\)[sd]|{[^{}]*}|<[^>]*>|&\w+;|https?://\S+|[\w.+-]+@[\w.-]+|[（）()]")
# What has a reading already is left alone, 時間《じかん》 with its 時 too.
COUNTED = re.compile(
    r"(?P<number>\d+|%\(\w+\)s|{\w+}) ?(?P<counter>時間|日間|か月|[人日分時月年回枚点歳])"
    f"(?![{ruby.KANJI}]*《)"
)


class Unavailable(Exception):
    """No dictionary is installed: readings are typed by hand."""


def is_available() -> bool:
    """Tell whether readings can be suggested here."""
    return util.find_spec("sudachipy") is not None and util.find_spec("sudachidict_core") is not None


def suggest(*, text: str) -> str:
    """Write readings behind all kanji of a text that have none yet; a person corrects them.

    Raises Unavailable.
    """
    settled = ruby.from_brackets(_replaced(text, _house()["phrases"]))
    return "".join(part if is_settled else _read(part) for part, is_settled in _parts(settled))


def _parts(text: str) -> Iterator[tuple[str, bool]]:
    """Cut a text into what stays as it is and what needs readings."""
    settled = re.compile(f"{ruby.PAIR.pattern}|{COUNTED.pattern}|{UNREADABLE.pattern}")
    at = 0
    for found in settled.finditer(text):
        yield text[at : found.start()], False
        yield (_counted(found) if found["counter"] else found[0]), True
        at = found.end()
    yield text[at:], False


def _counted(found: re.Match[str]) -> str:
    """Read a counter as the number before it wants it: 1人 ひとり, 3分 さんぷん."""
    number, counter = found["number"], found["counter"]
    table = _house()["counters"]
    whole = table["whole"].get(f"{number}{counter}")
    if whole:
        return f"｜{number}{counter}《{whole}》"
    changed = table["changed"].get(counter, {})
    reading = changed.get("reading") if number[-1] in changed.get("after", "") else table["plain"][counter]
    before = found[0].removesuffix(counter)
    return f"{before}{counter}《{reading}》"


def _read(text: str) -> str:
    if not ruby.RUN.search(text):
        return text
    return "".join(_with_reading(surface, reading) for surface, reading in _words(text))


def _words(text: str) -> Iterator[tuple[str, str]]:
    """Go through the words of a text with their readings; a compound by its parts where they fit."""
    dictionary, long, short = _dictionary()
    own: dict[str, str] = _house()["words"]
    for token in dictionary.tokenizer().tokenize(text, long):
        surface = token.surface()
        if surface in own:
            yield surface, own[surface]
            continue
        pieces = list(token.split(short))
        if "".join(piece.reading_form() for piece in pieces) != token.reading_form():
            pieces = [token]
        for piece in pieces:
            yield piece.surface(), own.get(piece.surface(), _hiragana(piece.reading_form()))


def _with_reading(surface: str, reading: str) -> str:
    """Put a reading over the kanji of a word, leaving its kana alone: 受け取る is 受《う》け取《と》る."""
    if not ruby.RUN.search(surface):
        return surface
    parts = re.findall(f"[{ruby.KANJI}]+|[^{ruby.KANJI}]+", surface)
    pattern = "".join("(.+?)" if ruby.RUN.fullmatch(part) else re.escape(_hiragana(part)) for part in parts)
    found = re.fullmatch(pattern, reading)
    if found is None:
        return f"｜{surface}《{reading}》" if re.fullmatch(f"[{ruby.KANA}]+", reading) else surface
    over = iter(found.groups())
    return "".join(f"{part}《{next(over)}》" if ruby.RUN.fullmatch(part) else part for part in parts)


def _hiragana(text: str) -> str:
    return "".join(chr(ord(sign) - TO_HIRAGANA) if ord(sign) in KATAKANA else sign for sign in text)


def _replaced(text: str, phrases: dict[str, str]) -> str:
    for written, wanted in phrases.items():
        # What is settled already stays: the text of the last run comes back in the next.
        text = wanted.join(part.replace(written, wanted) for part in text.split(wanted))
    return text


@cache
def _house() -> dict[str, Any]:
    """Read the readings that this house has settled, because a dictionary cannot know them."""
    return tomllib.loads(resources.files(__package__).joinpath("readings.toml").read_text(encoding="utf-8"))


@cache
def _dictionary() -> tuple[Any, Any, Any]:
    try:
        from sudachipy import Dictionary, SplitMode
    except ImportError as error:
        raise Unavailable from error
    return Dictionary(), SplitMode.C, SplitMode.A
