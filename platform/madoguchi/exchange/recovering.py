"""Find files whose worker died: it held their row as long as it lived, and nobody holds it now."""

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from madoguchi.errors import DomainError
from madoguchi.exchange.models import ImportJob
from madoguchi.exchange.services import applying
from madoguchi.exchange.services.intake import OBJECT
from madoguchi.jobs import services as jobs
from madoguchi.jobs.models import Job
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import SYSTEM

State, Work = ImportJob.State, Job.State


class WorkerLost(DomainError):
    """The worker of a file is gone; its transaction went with it."""

    code = "worker_lost"
    message = _("処理が途中で止まりました。何も保存されていません。もう一度お試しください。")


def recover(*, now: datetime) -> int:
    """Give back the files whose worker died at work, and count them.

    A worker locks the row of its file before it tells that it has begun: begun and not locked is dead. One
    that has not begun is left to the broker, which still has its message.
    """
    begun = Job.objects.filter(state=Work.RUNNING).values("id")
    over = Job.objects.filter(state__in=(Work.FAILED, Work.CANCELLED)).values("id")
    held = Q(state__in=applying.WITH_A_WORKER, job__in=begun) | Q(state=State.APPLYING, job__in=over)
    left = list(ImportJob.objects.select_for_update(skip_locked=True).filter(held))
    at_work = set(begun.filter(id__in=[row.job for row in left]).values_list("id", flat=True))
    for row in left:
        assert row.job is not None
        if row.job in at_work:
            # One that is closed says already why it ended.
            jobs.close_broken(job_id=row.job, reason=WorkerLost(), now=now)
        applying.release(import_id=row.id, now=now)
        audit.record(
            actor=SYSTEM,
            action="exchange.worker_lost",
            object_type=OBJECT,
            object_ids=[str(row.id)],
            details={"format": row.format},
            now=now,
        )
    return len(left)
