"""Until when a free place is held for somebody who waits: nobody has to read a mail at night."""

from datetime import datetime, timedelta

MORNING, EVENING = 8, 20
NOON = 12
SHORTEST = timedelta(minutes=30)
BEFORE_THE_VISIT = timedelta(hours=1)


def answer_by(*, now: datetime, hours: int, starts_at: datetime) -> datetime | None:
    """Find the moment until which a place is held; None where the visit is too near to ask anybody.

    ``now`` is the local time; the hours of the night do not count.
    """
    readable = _by_day(now)
    end, left = readable, timedelta(hours=hours)
    while left:
        evening = end.replace(hour=EVENING, minute=0, second=0, microsecond=0)
        spent = min(left, evening - end)
        left -= spent
        end = _by_day(end + spent) if left else end + spent
    wanted = min(end, starts_at - BEFORE_THE_VISIT)
    return wanted if wanted - readable >= SHORTEST else None


def _by_day(moment: datetime) -> datetime:
    """Go on to the morning from a moment of the night."""
    if MORNING <= moment.hour < EVENING:
        return moment
    morning = moment.replace(hour=MORNING, minute=0, second=0, microsecond=0)
    return morning + timedelta(days=int(moment.hour >= EVENING))


def part_of(starts_at: datetime) -> str:
    """Name the half of the day in which a local moment lies, in the code of an entry."""
    return "am" if starts_at.hour < NOON else "pm"
