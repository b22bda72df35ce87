"""Work that comes round: one beat entry per declared schedule."""

from typing import Any

from celery.schedules import crontab, schedule

from madoguchi.hooks.values import Schedule
from madoguchi.jobs.tasks import FAN_OUT, declared_schedules


def beat_schedule() -> dict[str, dict[str, Any]]:
    """List one beat entry per declared schedule."""
    return {
        declared.name: {
            "task": FAN_OUT,
            "schedule": _when(declared),
            "kwargs": {"name": declared.name},
        }
        for _, declared in declared_schedules()
    }


def _when(declared: Schedule) -> schedule:
    if declared.every is not None:
        return schedule(run_every=declared.every)
    minute, hour, day_of_month, month_of_year, day_of_week = declared.at.split()
    return crontab(
        minute=minute,
        hour=hour,
        day_of_month=day_of_month,
        month_of_year=month_of_year,
        day_of_week=day_of_week,
    )
