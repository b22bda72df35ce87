"""One spelling for what people spell in many ways: widths, cases and the two kanas folded together."""

from bisect import bisect_left
from dataclasses import dataclass
from unicodedata import combining, normalize

KATAKANA = range(ord("ァ"), ord("ヶ") + 1)
TO_HIRAGANA = {sign: sign - ord("ァ") + ord("ぁ") for sign in KATAKANA}
HALF_WIDTH_MARKS = "ﾞﾟ"


@dataclass(frozen=True)
class Folded:
    """A text, its folded spelling, and where each original character begins in the folded one."""

    original: str
    folded: str
    starts: tuple[int, ...]

    def original_at(self, place: int) -> int:
        """Tell which original character a place in the folded spelling belongs to."""
        return bisect_left(self.starts, place)


def fold(text: str) -> str:
    """Write a text in the one spelling that is searched."""
    return normalize("NFKC", text).lower().translate(TO_HIRAGANA)


def folded(text: str) -> Folded:
    """Write a text in the one spelling and keep where every character went."""
    parts: list[str] = []
    starts: list[int] = []
    length = at = 0
    while at < len(text):
        end = _end_of_letter(text, at)
        part = fold(text[at:end])
        starts += [length] + [length + len(part)] * (end - at - 1)
        parts.append(part)
        length += len(part)
        at = end
    return Folded(original=text, folded="".join(parts), starts=tuple(starts))


def _end_of_letter(text: str, at: int) -> int:
    """Find where a letter ends, with the marks that belong to it."""
    end = at + 1
    while end < len(text) and (text[end] in HALF_WIDTH_MARKS or combining(text[end])):
        end += 1
    return end
