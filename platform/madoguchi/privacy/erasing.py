"""Erase what has been kept long enough: in batches that each stand alone, so that a stop loses nothing."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from madoguchi import clock
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import SYSTEM
from madoguchi.privacy import classes, declarations
from madoguchi.privacy.models import ErasureRun

BATCH = 500


def begin(*, now: datetime) -> list[UUID]:
    """Open a run for every class in which something is due; an unfinished run of before is closed."""
    today = clock.local(now).date()
    ErasureRun.objects.filter(state=ErasureRun.State.RUNNING).update(
        state=ErasureRun.State.STOPPED, finished_at=now
    )
    runs = []
    for kept in classes.all_kept():
        free, held = classes.due(kept, months=kept.months, today=today)
        if free:
            run = ErasureRun.objects.create(
                data_class=kept.name, before=kept.before(today=today), due=free, held=held, started_at=now
            )
            runs.append(run.id)
    return runs


def go_on(*, run_id: UUID, now: datetime) -> bool:
    """Erase one batch of a run; tell whether more is left. The same call again erases nothing twice."""
    with transaction.atomic():
        run = ErasureRun.objects.select_for_update().filter(id=run_id).first()
        if run is None or run.state != ErasureRun.State.RUNNING:
            return False
        erased = _batch(run, now=now)
        run.erased += erased
        if erased < BATCH:
            _finish(run, now=now)
        run.save()
    return erased == BATCH


def _batch(run: ErasureRun, *, now: datetime) -> int:
    kept = classes.find(run.data_class)
    today = clock.local(now).date()
    holds = classes.open_holds(name=run.data_class, today=today)
    if classes.is_stopped(holds):
        return 0
    # A time made longer since the run began counts at once.
    before = min(run.before, kept.before(today=today))
    return kept.declared.erase(before=before, held=classes.held_keys(holds), limit=BATCH)


def _finish(run: ErasureRun, *, now: datetime) -> None:
    run.state, run.finished_at = ErasureRun.State.DONE, now
    audit.record(
        actor=SYSTEM,
        action=declarations.ERASED,
        object_type=declarations.OBJECT,
        object_ids=[run.data_class],
        details={"count": run.erased, "held": run.held, "before": run.before.isoformat()},
        now=now,
    )
