"""A scan in the hands of a worker: once, failing, and after a worker died over it."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from madoguchi.jobs.models import Job
from madoguchi.jobs.tasks import CITY_HEADER
from madoguchi.tenancy import City, in_city
from plugins.card_management.formats import scan_pictures
from plugins.card_management.models.scans import ScanBatch, ScanPage, ScanPiece
from plugins.card_management.tasks import scans as tasks
from plugins.card_management.tests import paper
from plugins.card_management.tests.scans import received

pytestmark = pytest.mark.django_db(transaction=True)


def start(city: City) -> ScanBatch:
    with in_city(city):
        return received(paper.form(), paper.form(lines=4))


def work(city: City, batch: ScanBatch) -> Any:
    stamp = {CITY_HEADER: {"schema": city.schema_name, "uuid": str(city.uuid)}}
    return tasks.read_scan.apply(kwargs={"batch_id": str(batch.id), "job": str(batch.job)}, headers=stamp)


def state(city: City, batch: ScanBatch) -> tuple[str, str, int, int]:
    with in_city(city):
        return (
            ScanBatch.objects.get(id=batch.id).state,
            Job.objects.get(id=str(batch.job)).state,
            ScanPage.objects.count(),
            ScanPiece.objects.count(),
        )


def files(city: City) -> list[Path]:
    folder = Path(settings.MEDIA_ROOT) / str(city.uuid) / "scans"
    return [each for each in folder.rglob("*") if each.is_file()]


def test_a_worker_reads_a_scan_once_however_often_it_is_delivered(home: City) -> None:
    before, batch = len(files(home)), start(home)
    for _each in range(2):
        assert work(home, batch).successful()
    assert state(home, batch) == ("open", "done", 2, 0)
    assert len(files(home)) == before + 2


def test_a_reading_that_fails_leaves_neither_rows_nor_files(
    home: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, batch = len(files(home)), start(home)
    asked = []

    def broken(picture: object) -> tuple[str, ...]:
        asked.append(picture)
        if len(asked) > 1:
            raise MemoryError
        return ()

    with monkeypatch.context() as patched:
        patched.setattr(scan_pictures, "faults_of", broken)
        assert work(home, batch).failed()
    assert state(home, batch) == ("failed", "failed", 0, 0)
    assert len(files(home)) == before


def test_a_scan_over_which_a_worker_died_is_not_handed_to_the_next(home: City) -> None:
    batch = start(home)
    with in_city(home):
        Job.objects.filter(id=str(batch.job)).update(state=Job.State.RUNNING)
    assert work(home, batch).successful()
    assert state(home, batch) == ("failed", "done", 0, 0)
