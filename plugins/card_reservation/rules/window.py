"""From which day to which day a place takes bookings, and until when one may change."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta


def earliest_day(*, today: date, open_days: Sequence[date], days_before: int) -> date | None:
    """Find the first bookable day: so many OPEN days after today (KUR-29), today itself when zero.

    None when the calendar has no such day.
    """
    if days_before == 0:
        return today
    later = sorted(day for day in open_days if day > today)
    return later[days_before - 1] if len(later) >= days_before else None


def latest_day(*, today: date, days_ahead: int, fixed: date | None) -> date:
    """Find the last bookable day, itself included: a fixed date, or so many days from today (KUR-32)."""
    return fixed if fixed is not None else today + timedelta(days=days_ahead)


def changeable_until(*, starts_at: datetime, cutoff_minutes: int) -> datetime:
    """Find the moment until which residents may move or cancel by themselves; afterwards they call."""
    return starts_at - timedelta(minutes=cutoff_minutes)
