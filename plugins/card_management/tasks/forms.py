"""Letters by the thousand, set by a worker, and the night in which old ones are thrown away."""

from typing import Any
from uuid import UUID

from celery import shared_task

from madoguchi import clock
from madoguchi.jobs import services as jobs
from madoguchi.jobs.tasks import CityTask
from madoguchi.tenancy import in_city
from plugins.card_management.services import forms_letters


class LettersTask(CityTask):
    """Letters that fail are marked as failed, and nothing of them is noted as sent."""

    abstract = True

    def on_failure(self, exc: Exception, task_id: str, args: Any, kwargs: dict[str, Any], einfo: Any) -> None:
        """Mark the run and close the job."""
        with in_city(self._city()):
            forms_letters.release(run_id=UUID(kwargs["run_id"]))
        super().on_failure(exc, task_id, args, kwargs, einfo)


@shared_task(base=LettersTask, name="card_management.print_letters")
def print_letters(*, run_id: str, job: str) -> None:
    """Set the letters of a run in the name of whoever asked for them."""
    now = clock.now()
    progress = jobs.Progress(job_id=UUID(job), now=now)
    run = forms_letters.carry_out(
        run_id=UUID(run_id),
        actor=jobs.asked_by(job_id=UUID(job)),
        now=now,
        tell=lambda done, total: progress.tell(done=done, total=total),
    )
    forms_letters.close(run=run, now=clock.now())


@shared_task(base=CityTask, name="card_management.forget_letters")
def forget_letters() -> None:
    """Throw the PDFs of letters away that were made long ago."""
    forms_letters.forget(now=clock.now())
