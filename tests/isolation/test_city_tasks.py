"""A task runs in the city that published it, in one transaction, or not at all."""

import os
from collections.abc import Iterator
from time import monotonic, sleep
from typing import Any

import psycopg
import pytest
from celery import Celery, current_app, shared_task
from celery.contrib.testing.worker import start_worker
from django.conf import settings
from django.db import transaction

from deploy.celery import app as deployed
from madoguchi.accounts.models import Role
from madoguchi.hooks.values import Schedule
from madoguchi.jobs.tasks import CityTask, fan_out
from madoguchi.tenancy import City, NoCity, current_city, directory, in_city

pytestmark = pytest.mark.django_db(transaction=True)


@shared_task(name="jobs.tests.write")
def write(*, key: str) -> None:
    """Leave a row that names the city of the task."""
    Role.objects.create(key=key, name=current_city().name)


@shared_task(name="jobs.tests.write_and_fail")
def write_and_fail(*, key: str) -> None:
    """Leave a row, then break."""
    Role.objects.create(key=key, name="lost")
    raise RuntimeError("broken on purpose")


@shared_task(name="jobs.tests.retry_once", bind=True, max_retries=1)
def retry_once(self: Any, *, key: str) -> None:
    """Leave a row at each attempt, and ask for another attempt at the first."""
    Role.objects.create(key=f"{key}-{self.request.retries}", name="attempt")
    if self.request.retries == 0:
        raise self.retry(countdown=0)


@pytest.fixture
def worker() -> Iterator[Celery]:
    """A worker on the real broker, with a queue of its own."""
    _use_queue(f"test-{os.getpid()}")
    with start_worker(deployed, perform_ping_check=False, pool="solo", loglevel="error"):
        yield deployed
    _use_queue("celery")


def _use_queue(name: str) -> None:
    """Name the queue anew: whoever published before has made the application remember its own."""
    deployed.conf.task_default_queue = name
    vars(deployed).pop("amqp", None)


def appears(city: City, key: str) -> str:
    """Wait for a row and give its name; empty when it does not come."""
    until = monotonic() + 60
    while monotonic() < until:
        with in_city(city):
            found = Role.objects.filter(key=key).values_list("name", flat=True).first()
        if found is not None:
            return str(found)
        sleep(0.05)
    return ""


def test_every_task_is_a_city_task() -> None:
    assert isinstance(current_app.tasks["jobs.tests.write"], CityTask)


def test_a_task_cannot_be_published_outside_a_city() -> None:
    with pytest.raises(NoCity):
        write.delay(key="nowhere")


def test_a_task_takes_keywords_only(home: City) -> None:
    with in_city(home), pytest.raises(TypeError, match="keyword"):
        write.delay("key")


def test_tasks_of_two_cities_run_each_in_its_own(worker: Celery, home: City, stranger: City) -> None:
    for city in (home, stranger):
        with in_city(city):
            write.delay_on_commit(key="same-key")
    assert appears(home, "same-key") == home.name
    assert appears(stranger, "same-key") == stranger.name


def test_a_task_of_a_rolled_back_transaction_is_never_published(worker: Celery, home: City) -> None:
    with in_city(home):
        write.delay_on_commit(key="rolled-back")
        transaction.set_rollback(True)
    with in_city(home):
        write.delay_on_commit(key="after")
    assert appears(home, "after")
    with in_city(home):
        assert not Role.objects.filter(key="rolled-back").exists()


def test_a_failed_task_leaves_nothing(worker: Celery, home: City) -> None:
    with in_city(home):
        write_and_fail.delay_on_commit(key="half")
        write.delay_on_commit(key="next")
    assert appears(home, "next")
    with in_city(home):
        assert not Role.objects.filter(key="half").exists()


def test_a_retry_rolls_its_attempt_back_and_runs_again_in_the_city(worker: Celery, home: City) -> None:
    with in_city(home):
        retry_once.delay_on_commit(key="again")
    assert appears(home, "again-1")
    with in_city(home):
        assert not Role.objects.filter(key="again-0").exists()


def test_the_work_of_a_suspended_city_waits_and_runs_once_it_is_resumed(
    worker: Celery, home: City, stranger: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("madoguchi.jobs.tasks.WAIT_SECONDS", 0.5)
    with in_city(home):
        write.delay_on_commit(key="patient")
    put(home, "suspended")
    with in_city(home):
        write.delay_on_commit(key="patient-too")
    with in_city(stranger):
        write.delay_on_commit(key="elsewhere")
    assert appears(stranger, "elsewhere") == stranger.name
    with in_city(home):
        assert not Role.objects.filter(key="patient-too").exists()
    put(home, "active")
    assert appears(home, "patient-too") == home.name


def test_what_a_closed_city_left_behind_is_dropped(worker: Celery, home: City, stranger: City) -> None:
    put(home, "closed")
    with in_city(home):
        write.delay_on_commit(key="late")
    with in_city(stranger):
        write.delay_on_commit(key="after-it")
    assert appears(stranger, "after-it") == stranger.name
    put(home, "active")
    with in_city(home):
        assert not Role.objects.filter(key="late").exists()


def test_a_schedule_of_our_operators_runs_in_their_world_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    published: list[str] = []
    task = deployed.tasks["jobs.tests.write"]
    monkeypatch.setattr(
        type(task), "delay_on_commit", lambda self: published.append(current_city().schema_name)
    )
    schedule = Schedule(name="tests.night", task=task.name, at="0 0 * * *", world="operators")
    monkeypatch.setattr("madoguchi.jobs.tasks.declared_schedules", lambda: (("tenants", schedule),))
    fan_out(name="tests.night")
    assert published == [directory().operators().schema_name]


def put(city: City, state: str) -> None:
    """Put a city into a state without anybody's act."""
    with psycopg.connect(settings.MADOGUCHI["OWNER_DATABASE_URL"]) as owner:
        owner.execute("UPDATE tenants_city SET state = %s WHERE code = %s", [state, city.code])
    directory().forget()  # type: ignore[attr-defined]
