"""Background work runs in a city or not at all."""

from django.utils.module_loading import import_string

from madoguchi.hooks.registry import plugins
from madoguchi.jobs.tasks import CityTask


def test_every_task_is_a_city_task() -> None:
    from deploy.celery import app

    app.loader.import_default_modules()
    ours = {name: task for name, task in app.tasks.items() if not name.startswith("celery.")}
    assert ours, "no task was found: the test no longer sees them"
    assert [name for name, task in ours.items() if not isinstance(task, CityTask)] == []


def test_every_schedule_names_a_task_that_exists() -> None:
    for schedule in plugins.declared("schedules"):
        assert isinstance(import_string(schedule.task), CityTask), schedule.name
        assert schedule.every or schedule.at, schedule.name
