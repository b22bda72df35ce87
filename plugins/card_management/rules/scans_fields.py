"""What is typed from a scanned form, how two typings are compared, and the code on a separator sheet."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Final

from plugins.card_management.rules.notice_number import is_notice_number

# As they stand in the form; the date of the form itself is kept outside the seal, it names nobody.
NUMBER: Final = "number"
NAME: Final = "name"
KANA: Final = "kana"
BORN_ON: Final = "born_on"
WRITTEN_ON: Final = "written_on"
NOTE: Final = "note"
FIELDS: Final = (NUMBER, NAME, KANA, BORN_ON, WRITTEN_ON, NOTE)
# A remark is free text: two people never write the same one.
COMPARED: Final = (NUMBER, NAME, KANA, BORN_ON, WRITTEN_ON)

_SHEET: Final = re.compile(r"MADOGUCHI/SHEET/1/([a-z_]{2,20})")
_GAPS: Final = re.compile(r"\s+")
_HYPHENS: Final = re.compile(r"[\s\-‐-―−ー－]")
_HIRAGANA: Final = {point: point + 0x60 for point in range(0x3041, 0x3097)}


def sheet_code(*, kind: str) -> str:
    """Write what the square on a separator sheet says: a new document of this kind begins."""
    return f"MADOGUCHI/SHEET/1/{kind}"


def kind_of_sheet(code: str) -> str | None:
    """Read the kind of document from a separator sheet's square; None for any other square."""
    found = _SHEET.fullmatch(code.strip())
    return found[1] if found else None


def number_of(codes: "tuple[str, ...]") -> str:
    """Find the one notice number among the codes of a page; two different ones are none."""
    # Start and stop letters of NW-7 stand around the number.
    read = {plain_number(code.strip("ABCDabcd") if code[:1].isalpha() else code) for code in codes}
    read |= {plain_number(code) for code in codes}
    numbers = {each for each in read if is_notice_number(each)}
    return numbers.pop() if len(numbers) == 1 else ""


def plain_number(text: str) -> str:
    """Write a number as it is looked for: half width, capitals, no hyphens."""
    return _HYPHENS.sub("", unicodedata.normalize("NFKC", text).upper())


def plain_kana(text: str) -> str:
    """Write a reading as it is looked for: full-width katakana without gaps."""
    return _GAPS.sub("", unicodedata.normalize("NFKC", text).translate(_HIRAGANA))


def plain_surname(text: str) -> str:
    """Write the first part of a reading, where a gap shows which it is."""
    first, _gap, _rest = _GAPS.sub(" ", unicodedata.normalize("NFKC", text)).strip().partition(" ")
    return plain_kana(first)


def plain(field: str, text: str) -> str:
    """Write a field so that two typings of the same paper are equal."""
    if field == NUMBER:
        return plain_number(text)
    if field == KANA:
        return plain_kana(text)
    return _GAPS.sub("", unicodedata.normalize("NFKC", text))


def differing(first: Mapping[str, str], second: Mapping[str, str]) -> tuple[str, ...]:
    """Name the fields in which two typings differ."""
    return tuple(
        field
        for field in COMPARED
        if plain(field, first.get(field, "")) != plain(field, second.get(field, ""))
    )


def with_both_notes(first: Mapping[str, str], second: Mapping[str, str]) -> dict[str, str]:
    """Take what the second person typed, with the remarks of both."""
    notes = dict.fromkeys(text for each in (first, second) if (text := each.get(NOTE, "").strip()))
    return {**second, NOTE: "／".join(notes)}
