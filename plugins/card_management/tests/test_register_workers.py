"""A file that a worker writes shows its end within seconds, and a worker that died is found."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from django.db import connections

from madoguchi import clock
from madoguchi.exchange import recovering, tasks
from madoguchi.exchange.models import ImportJob
from madoguchi.exchange.services import applying, intake
from madoguchi.hooks.contracts.imports import ImportEnded
from madoguchi.hooks.registry import plugins
from madoguchi.jobs.models import Job
from madoguchi.ledger.audit.actors import SYSTEM
from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.ledger.outbox.models import OutboxEvent
from madoguchi.tenancy import City, in_city
from plugins.card_management.models.register import FilePickup
from plugins.card_management.services import register_deciding, register_picking
from plugins.card_management.tests.register import file_of, finish, lay, source
from plugins.card_management.tests.shelves import CLERK

FILE = "JUKI_20261119_1.csv"
in_a_city = pytest.mark.django_db


@pytest.fixture
def folder(settings: Any, tmp_path: Path, home: Any) -> Path:
    """The city's own folder on this machine."""
    settings.MADOGUCHI = {**settings.MADOGUCHI, "FILE_INBOX": str(tmp_path)}
    return tmp_path / str(home.uuid)


@pytest.fixture(autouse=True)
def _idle_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody runs a task but the test."""
    for task in (tasks.apply_import, tasks.check_import):
        monkeypatch.setattr(task._get_current_object(), "apply_async", lambda *_, **__: None)


@pytest.fixture
def applying_file(folder: Path, db: None) -> FilePickup:
    """A file that a worker was asked to write."""
    lay(folder, FILE, file_of({}))
    register_picking.look(source_id=source().id, now=clock.now())
    found = FilePickup.objects.get()
    assert (found.state, found.import_job is not None) == ("applying", True)
    return found


def hear() -> None:
    """Do what the relay does with the newest end of an import, twice, as after a kill."""
    kept = OutboxEvent.objects.filter(kind=ImportEnded.kind).latest("id")
    event, now = ImportEnded.from_payload(kept.payload), clock.now()
    handlers = [each for each in plugins.declared("event_handlers") if each.event is ImportEnded]
    assert handlers
    for handler in (*handlers, *handlers):
        handler.function(event=event, key=kept.key, actor=SYSTEM, now=now)


def begun(pickup: FilePickup) -> ImportJob:
    """Let a worker have begun with a file."""
    assert pickup.import_job is not None
    found = ImportJob.objects.get(pk=pickup.import_job)
    assert found.job is not None
    Job.objects.filter(id=found.job).update(state=Job.State.RUNNING)
    return found


@in_a_city
def test_the_end_of_a_file_is_told_and_nobody_waits_for_the_next_look(applying_file: FilePickup) -> None:
    assert applying_file.import_job is not None
    finish(applying_file.import_job)
    hear()
    applying_file.refresh_from_db()
    assert applying_file.state == "applied"
    assert applying_file.finished_at is not None


@in_a_city
def test_a_file_that_somebody_threw_away_meanwhile_is_shown_so(folder: Path) -> None:
    lay(folder, FILE, file_of({}))
    register_picking.look(source_id=source(applies_itself=False).id, now=clock.now())
    pickup = FilePickup.objects.get(state="waiting")
    assert pickup.import_job is not None
    applying.discard(import_id=pickup.import_job, actor=CLERK, now=clock.now())
    hear()
    pickup.refresh_from_db()
    assert pickup.state == "discarded"


@in_a_city
def test_a_file_whose_worker_failed_is_stopped_and_taken_in_once_more(applying_file: FilePickup) -> None:
    assert applying_file.import_job is not None
    applying.release(import_id=applying_file.import_job, now=clock.now())
    hear()
    applying_file.refresh_from_db()
    assert (applying_file.state, applying_file.problem) == ("stopped", "interrupted")
    assert register_deciding.may_accept(applying_file)
    again = register_deciding.accept(pickup_id=applying_file.id, actor=CLERK, now=clock.now())
    assert (again.state, again.problem) == ("applying", "")
    finish(applying_file.import_job)
    hear()
    applying_file.refresh_from_db()
    assert applying_file.state == "applied"


@in_a_city
def test_a_worker_that_died_is_found_and_its_file_given_back(applying_file: FilePickup) -> None:
    work = begun(applying_file)
    assert recovering.recover(now=clock.now()) == 1
    assert recovering.recover(now=clock.now()) == 0
    work.refresh_from_db()
    assert work.state == "checked"
    assert work.job is not None
    closed = Job.objects.get(pk=work.job)
    assert (closed.state, "途中で止まりました" in closed.message) == ("failed", True)
    hear()
    applying_file.refresh_from_db()
    assert (applying_file.state, applying_file.problem) == ("stopped", "interrupted")
    assert AuditEntry.objects.filter(action="exchange.worker_lost").count() == 1


@in_a_city
def test_a_work_that_was_closed_for_a_reason_keeps_it(applying_file: FilePickup) -> None:
    work = begun(applying_file)
    assert work.job is not None
    Job.objects.filter(id=work.job).update(state=Job.State.CANCELLED, message="処理は中止されました。")
    assert recovering.recover(now=clock.now()) == 1
    closed = Job.objects.get(id=work.job)
    work.refresh_from_db()
    assert (work.state, closed.state, closed.message) == ("checked", "cancelled", "処理は中止されました。")


@in_a_city
def test_a_file_that_still_waits_for_a_worker_is_left_to_the_broker(applying_file: FilePickup) -> None:
    assert recovering.recover(now=clock.now()) == 0
    register_picking.settle(source_id=applying_file.source_id, now=clock.now())
    applying_file.refresh_from_db()
    assert applying_file.state == "applying"


@in_a_city
def test_a_check_that_died_is_done_again_when_somebody_says_so(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "CHECKED_AT_ONCE_BYTES", 10)
    lay(folder, FILE, file_of({}))
    register_picking.look(source_id=source().id, now=clock.now())
    pickup = FilePickup.objects.get(state="checking")
    begun(pickup)
    assert recovering.recover(now=clock.now()) == 1
    hear()
    pickup.refresh_from_db()
    assert (pickup.state, pickup.problem) == ("stopped", "interrupted")
    again = register_deciding.accept(pickup_id=pickup.id, actor=CLERK, now=clock.now())
    assert again.state == "checking"
    assert pickup.import_job is not None
    intake.check(import_id=pickup.import_job, tell=lambda done, total: None, now=clock.now())
    applying.tell_ended(import_id=pickup.import_job, actor=SYSTEM, now=clock.now())
    hear()
    pickup.refresh_from_db()
    assert pickup.state == "applying"


@pytest.fixture
def at_work(home: City) -> Iterator[Callable[[Any], None]]:
    """A worker in a thread and a transaction of its own, busy with a file until the test is over."""
    die, busy = Event(), Event()
    pool = ThreadPoolExecutor(1)

    def work(import_id: Any) -> None:
        def run() -> None:
            try:
                with in_city(home, rollback=True):
                    intake.lock(import_id=import_id)
                    busy.set()
                    die.wait(20)
            finally:
                connections.close_all()

        pool.submit(run)
        assert busy.wait(10)

    yield work
    die.set()
    pool.shutdown(wait=True)


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_lives_is_never_taken_for_dead(
    folder: Path, home: City, at_work: Callable[[Any], None]
) -> None:
    lay(folder, FILE, file_of({}))
    with in_city(home):
        register_picking.look(source_id=source().id, now=clock.now())
        pickup = FilePickup.objects.get()
        begun(pickup)
    at_work(pickup.import_job)
    with in_city(home):
        assert recovering.recover(now=clock.now()) == 0
