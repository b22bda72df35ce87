"""What the state of a city opens and closes: one table into which every room looks."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

Pages = Literal["open", "resting", "gone"]


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Which doors of a city are open."""

    residents: Pages
    """Pages of residents: served, answered by a page that asks for patience, or gone for good."""
    staff: Pages
    """Pages of staff; resting ones are read and never change anything."""
    takes_bookings: bool
    """Whether somebody may make a new appointment; those that exist stay readable and can be cancelled."""
    works: bool
    """Whether the relay, tasks, schedules and probes work for it; otherwise all of it waits."""
    mails_everybody: bool
    """Whether mails go to whomever they are for, or only to the addresses on the city's list."""
    is_trial: bool
    """Whether every page says that this is a trial, and search engines are asked to look away."""


STANDINGS: Final[Mapping[str, Standing]] = MappingProxyType(
    {
        "test": Standing(
            residents="open",
            staff="open",
            takes_bookings=True,
            works=True,
            mails_everybody=False,
            is_trial=True,
        ),
        "active": Standing(
            residents="open",
            staff="open",
            takes_bookings=True,
            works=True,
            mails_everybody=True,
            is_trial=False,
        ),
        "suspended": Standing(
            residents="resting",
            staff="resting",
            takes_bookings=False,
            works=False,
            mails_everybody=False,
            is_trial=False,
        ),
        "closing": Standing(
            residents="open",
            staff="open",
            takes_bookings=False,
            works=True,
            mails_everybody=True,
            is_trial=False,
        ),
        "closed": Standing(
            residents="gone",
            staff="gone",
            takes_bookings=False,
            works=False,
            mails_everybody=False,
            is_trial=False,
        ),
    }
)


def standing(state: str) -> Standing:
    """Tell what a state opens; one that nobody knows opens nothing."""
    return STANDINGS.get(state, STANDINGS["closed"])
