"""What a stocktake found: the difference between what should lie in counted spots and what was scanned."""

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)


class Difference(StrEnum):
    """How a card or a code differs from the ledger."""

    MISSING = "missing"
    MISPLACED = "misplaced"
    EXTRA = "extra"
    STRANGE = "strange"


@dataclass(frozen=True, slots=True)
class Counted(Generic[Key]):
    """One counted spot."""

    spot: Key
    expected: Collection[Key]
    scanned: Collection[Key]
    strange: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Finding(Generic[Key]):
    """One difference: the spot where it was found and, where known, the spot that the ledger names."""

    kind: Difference
    spot: Key
    card: Key | None = None
    belongs: Key | None = None
    text: str = ""


def findings(*, counts: Sequence[Counted[Key]], homes: Mapping[Key, Key | None]) -> list[Finding[Key]]:
    """List what differs; ``homes`` names the spot of every scanned card that lies in storage by the ledger.

    A card that one counted spot lacks and another has is misplaced once, never missing and extra.
    """
    seen = {card for count in counts for card in count.scanned}
    found: list[Finding[Key]] = []
    for count in counts:
        expected = frozenset(count.expected)
        found += [
            Finding(Difference.MISSING, count.spot, card) for card in count.expected if card not in seen
        ]
        for card in count.scanned:
            if card in expected:
                continue
            home = homes.get(card)
            if home is None:
                found.append(Finding(Difference.EXTRA, count.spot, card))
            elif home != count.spot:
                # Whatever was brought here while somebody counted lies where it should.
                found.append(Finding(Difference.MISPLACED, count.spot, card, home))
        found += [Finding(Difference.STRANGE, count.spot, text=text) for text in count.strange]
    return found
