"""The list in the hands of a worker: its transaction, its progress and its failure."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from celery import current_app
from django.urls import set_urlconf

from madoguchi import clock
from madoguchi.exchange import starting, tasks
from madoguchi.exchange.models import ImportJob
from madoguchi.jobs.models import Job
from madoguchi.jobs.tasks import CITY_HEADER
from madoguchi.ledger.audit.actors import Actor
from madoguchi.tenancy import City, in_city
from plugins.card_management.models import Card
from plugins.card_management.services.issuance_notices import NoticeWriter
from plugins.card_management.tests.test_sample_file import CONTENT

pytestmark = pytest.mark.django_db(transaction=True)
CLERK = Actor(kind="staff", id="200001", name="窓口 花子")


@pytest.fixture(autouse=True)
def _on_a_staff_page(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(tasks.apply_import._get_current_object(), "apply_async", lambda *_, **__: None)
    set_urlconf("deploy.urls.staff")
    yield
    set_urlconf(None)


def start(city: City) -> tuple[UUID, UUID]:
    with in_city(city):
        received = starting.take_in(
            format_name="issuance_notices", file_name="a.csv", content=CONTENT, actor=CLERK, now=clock.now()
        )
    with in_city(city):
        job = starting.ask_to_apply(import_id=received.id, actor=CLERK, now=clock.now())
    return received.id, job.id


def work(city: City, import_id: UUID, job: UUID) -> Any:
    stamp = {CITY_HEADER: {"schema": city.schema_name, "uuid": str(city.uuid)}}
    return tasks.apply_import.apply(
        kwargs={
            "import_id": str(import_id),
            "job": str(job),
        },
        headers=stamp,
    )


def state(city: City, import_id: UUID, job: UUID) -> tuple[str, str, int]:
    with in_city(city):
        return (
            ImportJob.objects.get(id=import_id).state,
            Job.objects.get(id=job).state,
            Card.objects.filter(import_job=import_id).count(),
        )


def test_a_worker_writes_the_list_once_however_often_it_is_delivered(home: City) -> None:
    import_id, job = start(home)
    for _ in range(2):
        assert work(home, import_id, job).successful()
    assert state(home, import_id, job) == ("applied", "done", 997)


def test_a_worker_that_fails_leaves_nothing_and_the_file_can_be_tried_again(
    home: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_id, job = start(home)
    with monkeypatch.context() as broken:
        broken.setattr(NoticeWriter, "_copy", lambda *_: 1 / 0)
        assert work(home, import_id, job).failed()
    assert state(home, import_id, job) == ("checked", "failed", 0)
    with in_city(home):
        again = starting.ask_to_apply(import_id=import_id, actor=CLERK, now=clock.now())
    assert work(home, import_id, again.id).successful()
    assert state(home, import_id, again.id) == ("applied", "done", 997)


def test_the_list_lands_in_its_own_city_only(home: City, stranger: City) -> None:
    import_id, job = start(home)
    work(home, import_id, job)
    with in_city(stranger):
        assert not Card.objects.filter(import_job=import_id).exists()
    assert current_app.conf.result_backend is None
