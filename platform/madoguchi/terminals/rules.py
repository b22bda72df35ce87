"""What a reader typed, compared with what it should have typed, and why it may differ."""

import unicodedata
from enum import StrEnum

SLOWEST_ROUND_TRIP_MS = 1_000
SLOWEST_DOWNLOAD_MS = 20_000
LARGEST_CLOCK_DIFFERENCE_SECONDS = 120


class Trouble(StrEnum):
    """Why a scan is not what was printed."""

    NONE = ""
    EMPTY = "empty"
    WIDE = "wide"
    CAPITALS = "capitals"
    LAYOUT = "layout"
    NO_ENTER = "no_enter"
    OTHER_CODE = "other_code"


def judge_scan(*, typed: str, expected: str, is_enter_missing: bool) -> Trouble:
    """Tell what is wrong with a scan; start and stop letters of NW-7 may be left out."""
    text = typed.strip("\r\n")
    if not text.strip():
        return Trouble.EMPTY
    if _same(text, expected):
        return Trouble.NO_ENTER if is_enter_missing else Trouble.NONE
    plain = unicodedata.normalize("NFKC", text)
    if plain != text and _same(plain.swapcase(), expected, any_case=True):
        return Trouble.WIDE
    if _same(text.swapcase(), expected):
        return Trouble.CAPITALS
    if _letters(text) == _letters(expected):
        return Trouble.LAYOUT
    return Trouble.OTHER_CODE


def _letters(text: str) -> str:
    """A wrong keyboard layout changes signs, never letters and digits."""
    return "".join(sign for sign in text if sign.isalnum())


def _same(text: str, expected: str, *, any_case: bool = False) -> bool:
    wanted = {expected}
    if expected[0] == expected[-1] == "A":
        wanted |= {expected[1:-1], expected.lower()}
    if any_case:
        return text.upper() in {word.upper() for word in wanted}
    return text in wanted


def outcome_of(*, parts: dict[str, str], needed: tuple[str, ...]) -> str:
    """Sum the outcomes of all parts up: faulty, partial or sound."""
    if "bad" in parts.values():
        return "faulty"
    if any(parts.get(name) != "ok" for name in needed):
        return "partial"
    return "sound" if all(parts.values()) else "partial"
