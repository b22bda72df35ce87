"""Until when a free place is held for somebody who waits: nobody has to read a mail at night."""

from datetime import datetime, timedelta

MORNING, EVENING = 8, 20
NOON = 12
SHORTEST = timedelta(minutes=30)
BEFORE_THE_VISIT = timedelta(hours=1)


def answer_by(*, now: datetime, hours: int, starts_at: datetime) -> datetime | None:
    """Find the moment until which a place is held; None where the visit is too near to ask anybody.

    ``now`` is the local time; a mail of the night counts from the morning on.
    """
    readable = now
    if now.hour < MORNING or now.hour >= EVENING:
        morning = now.replace(hour=MORNING, minute=0, second=0, microsecond=0)
        readable = morning + timedelta(days=int(now.hour >= EVENING))
    wanted = min(readable + timedelta(hours=hours), starts_at - BEFORE_THE_VISIT)
    return wanted if wanted - readable >= SHORTEST else None


def part_of(starts_at: datetime) -> str:
    """Name the half of the day in which a local moment lies, in the code of an entry."""
    return "am" if starts_at.hour < NOON else "pm"
