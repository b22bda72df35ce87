"""What is left of a stack of paper: how many days it takes, and how much room its pictures need."""

from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil
from typing import Final

# A day farther away than ten years says only that the pace is none.
FARTHEST_DAYS: Final = 3_650


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What was done so far."""

    planned: int
    """Pages in all, as the city counts them; 0 where it has not said."""
    scanned: int
    finished: int
    """Pages whose document was typed and, where the sample wants it, checked."""
    stored_bytes: int
    finished_lately: int
    """Pages finished in the days of the window."""
    days: int
    """Days of the window on which anybody worked."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What that leads to."""

    left: int
    percent: int
    bytes_per_page: int
    bytes_in_all: int
    pages_per_day: int
    ends_on: date | None


def outlook(*, measured: Measured, today: date) -> Outlook:
    """Work out what is left, from what was measured; without a pace there is no end."""
    whole = max(measured.planned, measured.scanned)
    left = max(0, whole - measured.finished)
    each = measured.stored_bytes // measured.scanned if measured.scanned else 0
    pace = round(measured.finished_lately / measured.days) if measured.days else 0
    # Five days of work a week.
    days = ceil(ceil(left / pace) * 7 / 5) if pace else 0
    ends_on = today + timedelta(days=days) if 0 < days < FARTHEST_DAYS else None
    return Outlook(
        left=left,
        percent=measured.finished * 100 // whole if whole else 0,
        bytes_per_page=each,
        bytes_in_all=each * whole,
        pages_per_day=pace,
        ends_on=ends_on,
    )
