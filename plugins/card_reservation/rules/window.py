"""From which day to which day a place takes bookings, and until when one may change."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta


def earliest_day(*, today: date, open_days: Sequence[date], days_before: int) -> date | None:
    """Find the first bookable day: so many OPEN days after today (KUR-29), today itself when zero.

    None when the calendar has no such day.
    """
    if days_before == 0:
        return today
    later = sorted(day for day in open_days if day > today)
    return later[days_before - 1] if len(later) >= days_before else None


def first_allowed_day(
    *, today: date, open_days: Sequence[date], days_before: int, counts_open_days: bool
) -> date | None:
    """Find the first bookable day by open days, or by days of the calendar where the city counts so (T1)."""
    if counts_open_days:
        return earliest_day(today=today, open_days=open_days, days_before=days_before)
    return today + timedelta(days=days_before)


def day_of_request(*, now: datetime, opens_at: time) -> date:
    """Tell from which day the latest day is counted: before the hour at which days open it is yesterday."""
    return now.date() if now.time() >= opens_at else now.date() - timedelta(days=1)


def latest_day(*, today: date, days_ahead: int, fixed: date | None) -> date:
    """Find the last bookable day, itself included: a fixed date, or so many days from today (KUR-32)."""
    return fixed if fixed is not None else today + timedelta(days=days_ahead)


def changeable_until(*, starts_at: datetime, cutoff_minutes: int) -> datetime:
    """Find the moment until which residents may move or cancel by themselves; afterwards they call."""
    return starts_at - timedelta(minutes=cutoff_minutes)
