"""How many wrong guesses a city hears in an hour, and what it asks for before it hears more: pure rules."""

from dataclasses import dataclass
from datetime import timedelta
from enum import IntEnum
from typing import Final

WINDOW: Final = timedelta(hours=1)
# Failures below this share of the budget are the slips of honest people.
CALM_SHARE: Final = 10
FREE_SLIPS_OF_A_NETWORK: Final = 5
# What whoever confirmed an address may still try after the budget is used up.
RESERVE_SHARE: Final = 10
TRIES_OF_A_MAIL: Final = 3
LEAST_WORK: Final = 50_000
MOST_WORK: Final = 1_600_000


class Level(IntEnum):
    """What a guess must bring along to be heard."""

    OPEN = 0
    PROOF = 1
    MAIL = 2
    CLOSED = 3


class Brought(IntEnum):
    """What a guess did bring along; a network that the city trusts needs nothing.

    A program's token stands for itself: strangers who guess do not close it, and its own guesses do.
    """

    NOTHING = 0
    PROOF = 1
    MAIL = 2
    TRUST = 3
    TOKEN = 4


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What the city chose."""

    per_city: int
    per_network: int


@dataclass(frozen=True, slots=True)
class Counts:
    """Failures within the last hour, of the whole city and of one network."""

    city: int
    network: int


@dataclass(frozen=True, slots=True)
class Allowed:
    """So many failures may already stand there; one more guess is heard below them."""

    city: int
    network: int

    def hears(self, counts: Counts) -> bool:
        """Tell whether another guess is heard."""
        return counts.city < self.city and counts.network < self.network


UNLIMITED: Final = Allowed(10**9, 10**9)


def allowed(*, brought: Brought, limits: Limits) -> Allowed:
    """Tell up to which counts a guess is heard with what it brought along."""
    if brought is Brought.TRUST:
        return UNLIMITED
    if brought is Brought.TOKEN:
        return Allowed(UNLIMITED.city, limits.per_network)
    if brought is Brought.MAIL:
        return Allowed(closes_at(limits), TRIES_OF_A_MAIL)
    if brought is Brought.PROOF:
        return Allowed(limits.per_city, limits.per_network)
    return Allowed(calm_below(limits), min(FREE_SLIPS_OF_A_NETWORK, limits.per_network))


def unbounded(allowed: Allowed) -> Allowed:
    """Allow the same of one network, whatever fails elsewhere in the city."""
    return Allowed(UNLIMITED.city, allowed.network)


def within(counts: Counts, *, limits: Limits) -> Counts:
    """Count what fails elsewhere in the city for the sum alone: it closes no door."""
    return Counts(min(counts.city, limits.per_city - 1), counts.network)


def calm_below(limits: Limits) -> int:
    """Count the failures an hour that alarm nobody."""
    return max(1, limits.per_city // CALM_SHARE)


def closes_at(limits: Limits) -> int:
    """Count the failures after which nobody unknown is heard any more."""
    return limits.per_city + limits.per_city // RESERVE_SHARE


def level_of_city(*, failures: int, limits: Limits) -> Level:
    """Tell what the city asks of everybody."""
    if failures >= closes_at(limits):
        return Level.CLOSED
    if failures >= limits.per_city:
        return Level.MAIL
    return Level.PROOF if failures >= calm_below(limits) else Level.OPEN


def level(*, counts: Counts, limits: Limits) -> Level:
    """Tell what is asked of somebody who comes from a network with so many failures."""
    of_city = level_of_city(failures=counts.city, limits=limits)
    if counts.network >= limits.per_network:
        return max(of_city, Level.MAIL)
    return max(of_city, Level.PROOF) if counts.network >= FREE_SLIPS_OF_A_NETWORK else of_city


def work(*, counts: Counts, limits: Limits) -> int:
    """Tell up to which number a browser may have to count: it doubles as the failures grow."""
    steps = counts.city * CALM_SHARE // max(1, limits.per_city) + counts.network // FREE_SLIPS_OF_A_NETWORK
    return int(min(MOST_WORK, LEAST_WORK * 2 ** max(0, steps - 1)))
