"""The long steps of an import, each in one transaction of a worker."""

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from celery import shared_task

from madoguchi import clock
from madoguchi.exchange import recovering
from madoguchi.exchange.services import applying, intake
from madoguchi.jobs import services as jobs
from madoguchi.jobs.tasks import CityTask
from madoguchi.ledger.audit.actors import SYSTEM
from madoguchi.tenancy import in_city

FORGOTTEN_AFTER: Final = timedelta(days=7)


class ImportTask(CityTask):
    """A step of an import: when it fails the file can be tried again."""

    abstract = True

    def on_failure(self, exc: Exception, task_id: str, args: Any, kwargs: dict[str, Any], einfo: Any) -> None:
        """Give the file back and close the job."""
        with in_city(self._city()):
            applying.release(import_id=UUID(kwargs["import_id"]), now=clock.now())
        super().on_failure(exc, task_id, args, kwargs, einfo)


@shared_task(base=ImportTask, name="madoguchi.exchange.check")
def check_import(*, import_id: str, job: str) -> None:
    """Compare a large file with what is there."""
    now = clock.now()
    progress = jobs.Progress(job_id=UUID(job), now=now)
    intake.check(
        import_id=UUID(import_id), tell=lambda done, total: progress.tell(done=done, total=total), now=now
    )
    jobs.finish(job_id=UUID(job), total=0, errors=0, message="", now=clock.now())
    applying.tell_ended(import_id=UUID(import_id), actor=SYSTEM, now=now)


@shared_task(base=ImportTask, name="madoguchi.exchange.apply")
def apply_import(*, import_id: str, job: str) -> None:
    """Write a checked file in the name of whoever asked for it."""
    now = clock.now()
    progress = jobs.Progress(job_id=UUID(job), now=now)
    applied = applying.apply(
        import_id=UUID(import_id),
        actor=jobs.asked_by(job_id=UUID(job)),
        tell=lambda done, total: progress.tell(done=done, total=total),
        now=now,
    )
    jobs.finish(
        job_id=UUID(job),
        total=applied.rows,
        errors=applied.broken,
        message=applying.summary(job=applied),
        now=clock.now(),
    )


@shared_task(base=CityTask, name="madoguchi.exchange.recover")
def recover() -> None:
    """Give back the files whose worker died."""
    recovering.recover(now=clock.now())


@shared_task(base=CityTask, name="madoguchi.exchange.forget_uploads")
def forget_uploads() -> None:
    """Throw away files that nobody applied within a week."""
    now = clock.now()
    for import_id in applying.abandoned(before=now - FORGOTTEN_AFTER):
        applying.discard(import_id=import_id, actor=SYSTEM, now=now)
