"""Write a checked file, undo it, or throw it away."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from madoguchi.exchange.errors import NotNow, Stopped, UndoTooLate
from madoguchi.exchange.formats import find_format
from madoguchi.exchange.models import ImportJob
from madoguchi.exchange.services import pieces, stops
from madoguchi.exchange.services.intake import OBJECT, lock
from madoguchi.exchange.services.running import Tell, finish, run, source_of
from madoguchi.hooks.contracts.imports import ImportEnded
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import SYSTEM, Actor
from madoguchi.ledger.outbox import services as outbox

UNDO_WINDOW: Final = timedelta(hours=24)
WITH_A_WORKER: Final = (ImportJob.State.RECEIVED, ImportJob.State.APPLYING)


def claim(*, import_id: UUID, job_id: UUID, actor: Actor, now: datetime) -> None:
    """Hand a checked file over to a worker.

    Raises NotNow when it is not checked, or when a worker already has it, and Stopped by a guard.
    """
    job = lock(import_id=import_id)
    if job.state != ImportJob.State.CHECKED:
        raise NotNow(state=job.state)
    if stops.holds(job=job):
        raise Stopped(stops=stops.codes(job=job))
    job.state = ImportJob.State.APPLYING
    job.job = job_id
    job.save(update_fields=["state", "job"])
    _record(actor, "exchange.apply_asked", job, now)


def release(*, import_id: UUID, now: datetime) -> None:
    """Give a file back whose worker failed, so that it can be tried again, and tell whoever waits for it."""
    found = ImportJob.objects.filter(id=import_id)
    given_back = found.filter(state=ImportJob.State.APPLYING).update(state=ImportJob.State.CHECKED)
    if given_back or found.filter(state=ImportJob.State.RECEIVED).exists():
        tell_ended(import_id=import_id, actor=SYSTEM, now=now, has_failed=True)


def tell_ended(*, import_id: UUID, actor: Actor, now: datetime, has_failed: bool = False) -> None:
    """Tell that a step of a file is over, in its transaction."""
    event = ImportEnded(import_id=import_id, has_failed=has_failed)
    outbox.publish(event=event, actor=actor, now=now)


def apply(*, import_id: UUID, actor: Actor, tell: Tell, now: datetime) -> ImportJob:
    """Write every good row of a file in the caller's transaction; a second run changes nothing."""
    job = lock(import_id=import_id)
    if job.state == ImportJob.State.APPLIED:
        return job
    if job.state != ImportJob.State.APPLYING:
        raise NotNow(state=job.state)
    wanted = find_format(name=job.format)
    writer = wanted.writer(import_id=job.id, now=now)
    source = source_of(job=job, layout_of=wanted, now=now)
    tally = run(source=source, act=writer.write, tell=tell, expected=job.rows)
    finish(tally=tally, writer=writer, is_applying=True)
    job.new = tally.counted.new
    job.changed = tally.counted.changed
    job.same = tally.counted.same
    job.broken = tally.broken
    job.problems = tally.problems
    job.state = ImportJob.State.APPLIED
    job.applied_at = now
    job.save()
    pieces.forget(import_id=job.id)
    _record(actor, "exchange.applied", job, now)
    tell_ended(import_id=job.id, actor=actor, now=now)
    return job


@dataclass(frozen=True, slots=True)
class Undone:
    """How many rows went, and the names of those that were moved on since and stay as they are."""

    count: int
    left: Sequence[str] = ()


def undo(*, import_id: UUID, actor: Actor, now: datetime) -> Undone:
    """Remove what an import created and nobody touched since.

    Raises NotNow when it is not applied and UndoTooLate after a day.
    """
    job = lock(import_id=import_id)
    if job.state != ImportJob.State.APPLIED or job.applied_at is None:
        raise NotNow(state=job.state)
    if now - job.applied_at > UNDO_WINDOW:
        raise UndoTooLate(applied_at=job.applied_at.isoformat())
    writer = find_format(name=job.format).writer(import_id=job.id, now=now)
    left = tuple(writer.give_back(actor=actor)) if hasattr(writer, "give_back") else ()
    removed = int(writer.undo())
    job.state = ImportJob.State.UNDONE
    job.undone_at = now
    job.save(update_fields=["state", "undone_at"])
    _record(actor, "exchange.undone", job, now, removed=removed, left=len(left))
    return Undone(removed, left)


def discard(*, import_id: UUID, actor: Actor, now: datetime) -> None:
    """Throw a file away that was not applied.

    Raises NotNow when it was, or is being applied.
    """
    job = lock(import_id=import_id)
    if job.state not in {ImportJob.State.RECEIVED, ImportJob.State.CHECKED}:
        raise NotNow(state=job.state)
    job.state = ImportJob.State.DISCARDED
    job.save(update_fields=["state"])
    pieces.forget(import_id=job.id)
    _record(actor, "exchange.discarded", job, now)
    tell_ended(import_id=job.id, actor=actor, now=now)


def abandoned(*, before: datetime) -> list[UUID]:
    """List files that lie unapplied since before a moment."""
    open_states = [ImportJob.State.RECEIVED, ImportJob.State.CHECKED]
    waiting = ImportJob.objects.filter(state__in=open_states, uploaded_at__lt=before)
    return list(waiting.values_list("id", flat=True))


def summary(*, job: ImportJob) -> str:
    """Say in one sentence what an applied import did."""
    sentence = _("新規%(new)d件、変更%(changed)d件、変更なし%(same)d件、取り込めなかった行%(broken)d件。")
    return sentence % {"new": job.new, "changed": job.changed, "same": job.same, "broken": job.broken}


def _record(actor: Actor, action: str, job: ImportJob, now: datetime, **counts: int) -> None:
    counted = {"new": job.new, "changed": job.changed, "same": job.same, "broken": job.broken}
    audit.record(
        actor=actor,
        action=action,
        object_type=OBJECT,
        object_ids=[str(job.id)],
        details={"format": job.format, "content": job.content_hash, **counted, **counts},
        now=now,
    )
