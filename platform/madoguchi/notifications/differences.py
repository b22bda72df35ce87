"""What changed between two wordings, line by line."""

from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from madoguchi.notifications.rendering import Wording


@dataclass(frozen=True)
class Line:
    """One line of both wordings, or of one of them."""

    kind: Literal["same", "gone", "new"]
    text: str


def between(*, earlier: Wording, later: Wording) -> list[Line]:
    """List the lines of two wordings, the subject first, with what went and what came."""
    before, after = _lines(earlier), _lines(later)
    found: list[Line] = []
    for what, start, end, new_start, new_end in SequenceMatcher(None, before, after).get_opcodes():
        if what == "equal":
            found += [Line("same", text) for text in before[start:end]]
        else:
            found += [Line("gone", text) for text in before[start:end]]
            found += [Line("new", text) for text in after[new_start:new_end]]
    return found


def _lines(wording: Wording) -> list[str]:
    return [wording.subject, "", *wording.body.strip().splitlines()]
