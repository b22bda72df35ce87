"""How many more might be let in because some never come: from counts alone, never from who they are."""

from dataclasses import dataclass
from math import ceil, comb, sqrt
from typing import Final

LEAST_VISITS: Final = 50
"""Fewer visits than these say nothing."""
MOST_CROWDED: Final = 0.1
"""In at most one of ten times somebody may have to wait."""
MOST_EXTRA: Final = 0.2
"""Never more than a fifth above what the counter can serve."""
ONE_SIDED_90: Final = 1.2816


@dataclass(frozen=True, slots=True)
class Advice:
    """How many more people a time may take, and how often somebody would then wait."""

    extra: int
    crowded: float

    @property
    def once_in(self) -> int | None:
        """Say it as once in so many times."""
        return round(1 / self.crowded) if self.crowded else None


def cautious_rate(*, came: int, missed: int) -> float:
    """Give the share of people who do not come, as low as the counts allow (Wilson, 90 %, one side)."""
    visits = came + missed
    if not visits:
        return 0.0
    share, z = missed / visits, ONE_SIDED_90
    middle = share + z * z / (2 * visits)
    spread = z * sqrt(share * (1 - share) / visits + z * z / (4 * visits * visits))
    return max((middle - spread) / (1 + z * z / visits), 0.0)


def chance_of_more(*, people: int, seats: int, rate: float) -> float:
    """Tell how likely more people come than there are seats, when each stays away at this rate."""
    comes = 1 - rate
    return sum(
        comb(people, number) * comes**number * rate ** (people - number)
        for number in range(seats + 1, people + 1)
    )


def advise(*, seats: int, came: int, missed: int) -> Advice | None:
    """Suggest by how many people a time of so many seats may be overbooked; None where counts are too few."""
    if seats < 1 or came + missed < LEAST_VISITS:
        return None
    rate = cautious_rate(came=came, missed=missed)
    best = Advice(0, 0.0)
    for extra in range(1, ceil(seats * MOST_EXTRA) + 1):
        crowded = chance_of_more(people=seats + extra, seats=seats, rate=rate)
        if crowded > MOST_CROWDED:
            break
        best = Advice(extra, crowded)
    return best
