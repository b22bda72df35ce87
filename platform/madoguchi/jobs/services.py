"""Queue work, show its progress and close it: public API of this room.

Progress is written on a second connection, so that it is seen while the work's own
transaction is still open; the last word of a finished job is part of that transaction.
"""

import time
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from madoguchi.errors import DomainError, NotFound
from madoguchi.jobs.models import Job
from madoguchi.ledger.audit.actors import Actor
from madoguchi.ledger.audit.second import second_connection

STEP_SECONDS = 0.5
_STEP = b"""
    UPDATE jobs_job SET state = 'running', total = %s, done = %s, errors = %s,
           started_at = COALESCE(started_at, %s)
     WHERE id = %s AND state IN ('queued', 'running') RETURNING cancel_requested
"""


class JobNotFound(NotFound):
    """There is no such job."""

    code = "job_not_found"
    message = _("この処理は見つかりません。")


class JobCancelled(DomainError):
    """Somebody asked the job to stop; nothing of it is kept."""

    code = "job_cancelled"
    message = _("処理は中止されました。何も保存されていません。")


def queue(*, kind: str, title: str, permission: str, return_url: str, actor: Actor, now: datetime) -> Job:
    """Note that work waits for a worker."""
    return Job.objects.create(
        kind=kind,
        title=title,
        permission=permission,
        return_url=return_url,
        created_by_id=actor.id,
        created_by_name=actor.name,
        created_at=now,
    )


def asked_by(*, job_id: UUID) -> Actor:
    """Name the member of staff who asked for a job: the broker, which all cities share, carries ids alone."""
    job = find(job_id=job_id)
    return Actor(kind="staff", id=job.created_by_id, name=job.created_by_name)


def jobs_for(*, permissions: Collection[str]) -> "QuerySet[Job]":
    """List the jobs that somebody with these permissions may look at."""
    return Job.objects.filter(permission__in=permissions)


def find(*, job_id: UUID) -> Job:
    """Find a job.

    Raises JobNotFound.
    """
    job = Job.objects.filter(id=job_id).first()
    if job is None:
        raise JobNotFound(job=str(job_id))
    return job


class Progress:
    """How far one job has come, told at most twice a second and never inside its own transaction."""

    def __init__(self, *, job_id: UUID, now: datetime) -> None:
        self._job_id = job_id
        self._now = now
        self._told_at = 0.0

    def tell(self, *, done: int, total: int, errors: int = 0) -> None:
        """Show progress to whoever watches.

        Raises JobCancelled when somebody asked to stop.
        """
        if time.monotonic() - self._told_at < STEP_SECONDS:
            return
        self._told_at = time.monotonic()
        with second_connection() as second:
            row = second.execute(_STEP, [total, done, errors, self._now, self._job_id]).fetchone()
        if row is not None and row[0]:
            raise JobCancelled(job=str(self._job_id))


def finish(*, job_id: UUID, total: int, errors: int, message: str, now: datetime) -> None:
    """Close a job as done, in the transaction of its work."""
    Job.objects.filter(id=job_id).update(
        state=Job.State.DONE,
        total=total,
        done=total,
        errors=errors,
        message=message,
        finished_at=now,
    )


def close_broken(*, job_id: UUID, reason: Exception, now: datetime) -> None:
    """Close a job whose transaction was rolled back, with a sentence people understand."""
    is_cancelled = isinstance(reason, JobCancelled)
    message = (
        str(reason)
        if isinstance(reason, DomainError)
        else str(_("処理を完了できませんでした。何も保存されていません。もう一度お試しください。"))
    )
    Job.objects.filter(id=job_id).update(
        state=Job.State.CANCELLED if is_cancelled else Job.State.FAILED,
        message=message,
        finished_at=now,
    )


def request_cancel(*, job_id: UUID) -> None:
    """Ask a job to stop at its next step; one that is over stays as it is."""
    Job.objects.filter(id=job_id, state__in=[Job.State.QUEUED, Job.State.RUNNING]).update(
        cancel_requested=True
    )
