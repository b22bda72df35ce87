"""Make a text fit into its box: smaller letters first, then more lines, and never a letter less."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

# Of one millimetre, in the points of letters.
POINTS: Final = 72 / 25.4
STEP: Final = 0.5
# A line is a little higher than its letters.
LEADING: Final = 1.22
# What does not begin a line of Japanese.
NOT_FIRST: Final = frozenset("、。，．・：；！？）］｝〕〉》」』】ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ％")

# How wide a text is, in the size of its letters.
Measure = Callable[[str], float]


@dataclass(frozen=True, slots=True)
class Fitted:
    """A text as it is set: how large, and line by line."""

    size: float
    lines: tuple[str, ...]


def fit(
    *, text: str, box: tuple[float, float], sizes: tuple[float, float], wraps: bool, measure: Measure
) -> Fitted | None:
    """Set a text into a box of millimetres, from the usual size to the least; None where it is too long."""
    width, height = box[0] * POINTS, box[1] * POINTS
    size, least = sizes
    paragraphs = text.split("\n")
    while size >= least:
        room = width / size
        if wraps:
            lines = tuple(line for part in paragraphs for line in broken(part, room, measure))
        else:
            lines = tuple(paragraphs)
        is_high_enough = (len(lines) - 1) * size * LEADING + size <= height + 0.01
        if is_high_enough and all(measure(line) <= room for line in lines):
            return Fitted(size=round(size, 2), lines=lines)
        size -= STEP
    return None


def broken(text: str, room: float, measure: Measure) -> list[str]:
    """Break a text into lines that fit; a word of Latin letters stays whole where it can."""
    lines: list[str] = []
    rest = text
    while rest:
        count = _fitting(rest, room, measure)
        count = _kept_together(rest, count)
        lines.append(rest[:count].rstrip(" \u3000"))
        rest = rest[count:].lstrip(" \u3000")
    return lines or [""]


def _fitting(text: str, room: float, measure: Measure) -> int:
    low, high = 1, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if measure(text[:middle]) <= room:
            low = middle
        else:
            high = middle - 1
    return low


def _kept_together(text: str, count: int) -> int:
    if count >= len(text):
        return count
    gap = max(text.rfind(" ", 0, count + 1), text.rfind("\u3000", 0, count + 1))
    if gap * 2 > count:
        # The name of a house stands better in a line of its own than cut in two.
        return gap
    best = count
    while best > 1 and (text[best] in NOT_FIRST or _is_within_word(text, best)):
        best -= 1
    # A word longer than the line is broken like any other text.
    return best if best > 1 else count


def _is_within_word(text: str, at: int) -> bool:
    return all(sign.isascii() and (sign.isalnum() or sign in "-.'") for sign in (text[at - 1], text[at]))
