"""Hand the long steps of an import to a worker."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from madoguchi.exchange import tasks
from madoguchi.exchange.declarations import IMPORT_FILES
from madoguchi.exchange.models import ImportJob
from madoguchi.exchange.services import applying, intake
from madoguchi.exchange.services.inspection import LARGEST_BYTES
from madoguchi.jobs import services as jobs
from madoguchi.jobs.models import Job
from madoguchi.ledger.audit.actors import Actor


def take_in(
    *,
    format_name: str,
    file_name: str,
    content: bytes,
    actor: Actor,
    now: datetime,
    largest: int = LARGEST_BYTES,
) -> ImportJob:
    """Take a file in; a large one is checked by a worker, whose job the import then names.

    Raises FileRefused.
    """
    received = intake.receive(
        format_name=format_name,
        file_name=file_name,
        content=content,
        actor=actor,
        now=now,
        largest=largest,
    )
    if received.state == ImportJob.State.RECEIVED:
        ask_to_check(received=received, actor=actor, now=now)
    return received


def ask_to_check(*, received: ImportJob, actor: Actor, now: datetime) -> None:
    """Let a worker check a file, for the first time or once more."""
    job = _queue(received.id, "exchange.check", _("ファイルの確認"), actor, now)
    received.job = job.id
    received.save(update_fields=["job"])
    tasks.check_import.delay_on_commit(import_id=str(received.id), job=str(job.id))


def ask_to_apply(*, import_id: UUID, actor: Actor, now: datetime) -> Job:
    """Start writing a checked file.

    Raises NotNow when it is not checked, or when a worker already has it, and Stopped by a guard.
    """
    job = _queue(import_id, "exchange.apply", _("ファイルの取込"), actor, now)
    applying.claim(import_id=import_id, job_id=job.id, actor=actor, now=now)
    tasks.apply_import.delay_on_commit(import_id=str(import_id), job=str(job.id))
    return job


def _queue(import_id: UUID, kind: str, title: str, actor: Actor, now: datetime) -> Job:
    return jobs.queue(
        kind=kind,
        title=title,
        permission=IMPORT_FILES,
        # A worker that picked the file up stands on no page.
        return_url=reverse("imports:show", urlconf=settings.MADOGUCHI["URLCONFS"]["staff"], args=[import_id]),
        actor=actor,
        now=now,
    )
