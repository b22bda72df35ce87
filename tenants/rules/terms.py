"""When a contract nears its end, and what is said then."""

from collections.abc import Collection
from datetime import date
from typing import Final

ALERT_DAYS: Final = (180, 90, 30, 0)
"""So many days before the last day our operators are told, and once more when it is here."""


def days_left(*, ends_on: date, today: date) -> int:
    """Count the days to the last day of a contract; past it the number is negative."""
    return (ends_on - today).days


def reached_alerts(*, ends_on: date, today: date) -> tuple[int, ...]:
    """List the alerts whose day has come, the most urgent last."""
    left = days_left(ends_on=ends_on, today=today)
    return tuple(days for days in ALERT_DAYS if left <= days)


def due_alerts(*, ends_on: date, today: date, told: Collection[int]) -> tuple[int, ...]:
    """List the alerts whose day has come and that nobody was told of yet, the most urgent last."""
    return tuple(days for days in reached_alerts(ends_on=ends_on, today=today) if days not in told)
