"""Background work runs in a city or not at all."""

from inspect import signature
from typing import Any

from madoguchi.hooks.registry import plugins
from madoguchi.jobs.tasks import FAN_OUT, CityTask

OF_NO_CITY = {FAN_OUT, "tenants.reseal", "tenants.reseal_rest"}
"""One publishes tasks for cities and does nothing else; two enter the cities themselves, batch by batch."""


def _tasks() -> dict[str, Any]:
    from deploy.celery import app

    app.loader.import_default_modules()
    return {name: task for name, task in app.tasks.items() if not name.startswith("celery.")}


def test_every_task_is_a_city_task() -> None:
    ours = _tasks()
    assert len(ours) > len(OF_NO_CITY), "no task was found: the test no longer sees them"
    assert {name for name, task in ours.items() if not isinstance(task, CityTask)} == OF_NO_CITY


def test_a_task_carries_ids_alone_through_the_broker_all_cities_share() -> None:
    carried = {
        f"{name}: {argument}"
        for name, task in _tasks().items()
        if name not in OF_NO_CITY and ".tests." not in f"{name}."
        for argument in signature(task.run).parameters
        if argument != "job" and not argument.endswith(("_id", "_ids"))
    }
    assert carried == set()


def test_every_schedule_names_a_task_that_exists() -> None:
    for schedule in plugins.declared("schedules"):
        assert schedule.task in _tasks(), schedule.name
        assert schedule.every or schedule.at, schedule.name
