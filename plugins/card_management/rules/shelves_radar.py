"""The days by which a card should be fetched, and what is due towards whoever has not come."""

from calendar import monthrange
from collections.abc import Collection, Mapping
from datetime import date, timedelta
from enum import StrEnum


class Step(StrEnum):
    """What is done, in this order."""

    LETTER = "letter"
    NUDGE = "nudge"
    CALL = "call"
    CANDIDATE = "candidate"


def months_later(*, day: date, months: int) -> date:
    """Count whole months on; the last day of a month stays inside its month."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def deadline(*, notice_on: date, resent_on: date | None, months: int, counts_resent: bool) -> date:
    """Name the day by which a card should be fetched, counted from the notice or from its last copy."""
    start = resent_on if counts_resent and resent_on is not None and resent_on > notice_on else notice_on
    return months_later(day=start, months=months)


def due_step(
    *, deadline_on: date, done: Collection[Step], today: date, offsets: Mapping[Step, int]
) -> Step | None:
    """Name the step that is due now: the latest whose day has come, unless it or a later one was done.

    ``offsets`` are days counted from the deadline, those before it with a minus.
    """
    come = [step for step in Step if deadline_on + timedelta(days=offsets[step]) <= today]
    if not come:
        return None
    latest, order = come[-1], list(Step)
    passed = max((order.index(step) for step in done), default=-1)
    return None if passed >= order.index(latest) else latest
