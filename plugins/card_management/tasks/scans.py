"""Reading what scanners brought, and what comes round with scans and figures; all harmless to repeat."""

from typing import Any, Final
from uuid import UUID

from celery import shared_task

from madoguchi import clock
from madoguchi.jobs import services as jobs
from madoguchi.jobs.models import Job
from madoguchi.jobs.tasks import CityTask
from madoguchi.ledger.audit.actors import SYSTEM
from madoguchi.tenancy import in_city
from plugins.card_management.services import figures, scans_reading, scans_watching

# Before the broker gives the work to another worker: a file that keeps one busy keeps no second one.
SECONDS: Final = 3_000


class ReadTask(CityTask):
    """Reading that fails or is stopped sets its file aside; it may be brought again."""

    abstract = True

    def on_failure(self, exc: Exception, task_id: str, args: Any, kwargs: dict[str, Any], einfo: Any) -> None:
        """Set the file aside and close the job."""
        with in_city(self._city()):
            scans_reading.give_up(batch_id=UUID(kwargs["batch_id"]), actor=SYSTEM, now=clock.now())
        super().on_failure(exc, task_id, args, kwargs, einfo)


@shared_task(
    base=ReadTask, name="card_management.read_scan", soft_time_limit=SECONDS, time_limit=SECONDS + 300
)
def read_scan(*, batch_id: str, job: str) -> None:
    """Read a received file into documents, with progress."""
    now, actor = clock.now(), jobs.asked_by(job_id=UUID(job))
    if jobs.find(job_id=UUID(job)).state == Job.State.RUNNING:
        # A worker began it and never came back: what killed one would kill the next.
        batch = scans_reading.give_up(batch_id=UUID(batch_id), actor=actor, now=now)
    else:
        progress = jobs.Progress(job_id=UUID(job), now=now)
        progress.tell(done=0, total=1)
        batch = scans_reading.read(
            batch_id=UUID(batch_id),
            tell=lambda done, total: progress.tell(done=done, total=total),
            actor=actor,
            now=now,
        )
    jobs.finish(job_id=UUID(job), total=batch.pages, errors=0, message=batch.reason, now=clock.now())


@shared_task(base=CityTask, name="card_management.watch_scans")
def watch_scans() -> None:
    """Take in what a scanner laid into the city's folder."""
    for batch in scans_watching.take_in(actor=SYSTEM, now=clock.now()):
        read_scan.delay_on_commit(batch_id=str(batch.id), job=str(batch.job))


@shared_task(base=CityTask, name="card_management.count_ends")
def count_ends() -> None:
    """Count anew which cards end when."""
    figures.count_ends(actor=SYSTEM, now=clock.now())


def read_soon(*, batch: Any) -> None:
    """Let a worker read a batch once it is committed."""
    read_scan.delay_on_commit(batch_id=str(batch.id), job=str(batch.job))
