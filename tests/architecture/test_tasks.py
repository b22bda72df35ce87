"""Background work runs in a city or not at all."""

from typing import Any

from madoguchi.hooks.registry import plugins
from madoguchi.jobs.tasks import FAN_OUT, CityTask

OF_NO_CITY = {FAN_OUT}
"""Publishes tasks for cities and does nothing else."""


def _tasks() -> dict[str, Any]:
    from deploy.celery import app

    app.loader.import_default_modules()
    return {name: task for name, task in app.tasks.items() if not name.startswith("celery.")}


def test_every_task_is_a_city_task() -> None:
    ours = _tasks()
    assert len(ours) > len(OF_NO_CITY), "no task was found: the test no longer sees them"
    assert {name for name, task in ours.items() if not isinstance(task, CityTask)} == OF_NO_CITY


def test_every_schedule_names_a_task_that_exists() -> None:
    for schedule in plugins.declared("schedules"):
        assert schedule.task in _tasks(), schedule.name
        assert schedule.every or schedule.at, schedule.name
