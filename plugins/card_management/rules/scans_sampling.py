"""How many documents a second person types, and when so many are wrong that all of them must be.

A batch is judged by the fields of its sample alone. It is stopped once its true share of errors is, with
95 % confidence, above what the city accepts; it is accepted when the whole sample was seen and the share
found in it is not above that.
"""

from dataclasses import dataclass
from enum import StrEnum
from math import sqrt
from typing import Final
from uuid import UUID

# Of a normal distribution: nineteen of twenty intervals hold the true share.
CONFIDENCE: Final = 1.96
# Below this one slip of the hand would stop a whole stack.
FEWEST_FIELDS: Final = 20
_SHARES: Final = 10_000


class Verdict(StrEnum):
    """What becomes of a batch."""

    GO_ON = "go_on"
    STOP = "stop"
    ACCEPT = "accept"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What the second look has found so far."""

    checked: int
    wrong: int
    open: int
    """Documents of the sample that nobody has typed a second time yet."""

    @property
    def share(self) -> float:
        """Tell the share of wrong fields found."""
        return self.wrong / self.checked if self.checked else 0.0


def is_sampled(*, document: UUID, percent: int) -> bool:
    """Decide whether a document belongs to the sample; its key is random, so nobody can guess which."""
    return document.int % _SHARES < percent * (_SHARES // 100)


def judge(*, sample: Sample, permille: int) -> Verdict:
    """Decide what becomes of a batch after so many fields."""
    accepted = permille / 1000
    lowest, _highest = interval(checked=sample.checked, wrong=sample.wrong)
    if sample.checked >= FEWEST_FIELDS and lowest > accepted:
        return Verdict.STOP
    if sample.open:
        return Verdict.GO_ON
    return Verdict.STOP if sample.share > accepted else Verdict.ACCEPT


def interval(*, checked: int, wrong: int) -> tuple[float, float]:
    """Bound the true share of errors by Wilson's interval; nothing checked says nothing."""
    if not checked:
        return 0.0, 1.0
    share, squared = wrong / checked, CONFIDENCE**2
    middle = share + squared / (2 * checked)
    spread = CONFIDENCE * sqrt(share * (1 - share) / checked + squared / (4 * checked**2))
    whole = 1 + squared / checked
    return max(0.0, (middle - spread) / whole), min(1.0, (middle + spread) / whole)
