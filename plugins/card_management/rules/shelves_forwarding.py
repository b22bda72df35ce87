"""When a card has to leave for the place where it is wanted."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum


class Urgency(StrEnum):
    """How much time is left to send a card."""

    LATE = "late"
    TODAY = "today"
    AHEAD = "ahead"


def send_by(*, wanted_on: date, lead_days: int, open_days: Sequence[date]) -> date | None:
    """Name the last day on which a card may leave: so many open days before it is wanted.

    ``open_days`` are the open days of the wanted place before that day. Nothing where there are too few.
    """
    if lead_days == 0:
        return wanted_on
    before = sorted(day for day in open_days if day < wanted_on)
    return before[-lead_days] if len(before) >= lead_days else None


def urgency(*, leaves_by: date | None, today: date) -> Urgency:
    """Tell whether a card can still be in time."""
    if leaves_by is None or leaves_by < today:
        return Urgency.LATE
    return Urgency.TODAY if leaves_by == today else Urgency.AHEAD


def due_on(*, sent_on: date, lead_days: int, open_days: Sequence[date]) -> date:
    """Name the day by which a parcel should have arrived: so many open days after it left."""
    after = sorted(day for day in open_days if day > sent_on)
    if lead_days == 0 or not after:
        return sent_on
    return after[min(lead_days, len(after)) - 1]
