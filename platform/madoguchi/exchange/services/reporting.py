"""Which characters of a file somebody has to look at: own ones, replaced ones, variants, rare ones."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from madoguchi.exchange.services.reading import DOUBTFUL

MOST_KINDS: Final = 100
MOST_LINES: Final = 10
_VARIANTS: Final = range(0xE0100, 0xE01F0)


@dataclass(slots=True)
class CharacterReport:
    """Counts characters that may not come out as they were meant; it never holds what stood around them."""

    _known: set[str] = field(default_factory=set)
    _found: dict[str, list[int]] = field(default_factory=dict)
    _counts: dict[str, int] = field(default_factory=dict)

    def note(self, block: Sequence[str], *, first: int) -> None:
        """Look at some lines, of which the first has this number."""
        joined = "".join(block)
        if joined.isascii():
            return
        fresh = set(joined) - self._known
        for sign in fresh:
            if not kind_of(sign):
                self._known.add(sign)
        for sign in sorted(fresh - self._known):
            self._count(sign, joined, block, first)

    def _count(self, sign: str, joined: str, block: Sequence[str], first: int) -> None:
        if sign not in self._found and len(self._found) >= MOST_KINDS:
            return
        self._counts[sign] = self._counts.get(sign, 0) + joined.count(sign)
        lines = self._found.setdefault(sign, [])
        for line, text in enumerate(block, first):
            if len(lines) >= MOST_LINES:
                return
            if sign in text:
                lines.append(line)

    def listed(self) -> list[dict[str, Any]]:
        """List what was found, what harms most first."""
        order = ("replaced", "own", "variant", "rare")
        rows = [
            {
                "code": ord(sign),
                "kind": kind_of(sign),
                "count": self._counts[sign],
                "lines": lines,
            }
            for sign, lines in self._found.items()
        ]
        return sorted(rows, key=lambda row: (order.index(str(row["kind"])), -int(str(row["count"]))))


def kind_of(sign: str) -> str:
    """Name why a character is to be looked at; nothing for one that every system writes."""
    if sign in "\ufffd〓":
        return "replaced"
    if DOUBTFUL.match(sign):
        return "own"
    if ord(sign) in _VARIANTS:
        return "variant"
    if sign.isprintable() and not _fits(sign):
        return "rare"
    return ""


def _fits(sign: str) -> bool:
    try:
        sign.encode("cp932")
    except UnicodeEncodeError:
        return sign in "\u301c\u2212\u2016\u2014\u00a5\u00a0\ufeff"
    return True
