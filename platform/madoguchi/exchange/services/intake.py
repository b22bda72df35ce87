"""Take a file in: look at it, seal it, check its rows. Public API together with applying."""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from madoguchi.exchange.errors import FileRefused, ImportNotFound
from madoguchi.exchange.formats import Chosen, choose, find_format, format_behind
from madoguchi.exchange.models import ImportJob
from madoguchi.exchange.services import pieces, stops
from madoguchi.exchange.services.inspection import (
    CHECKED_AT_ONCE_BYTES,
    LARGEST_BYTES,
    Inspected,
    inspect,
)
from madoguchi.exchange.services.profiled_inspection import Recognised, inspect_profiled
from madoguchi.exchange.services.reporting import CharacterReport
from madoguchi.exchange.services.running import Tell, finish, run, source_of
from madoguchi.exchange.services.synthetic import refuse_real_people
from madoguchi.hooks.values import ImportFormat
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import Actor

OBJECT: Final = "exchange.import"


def receive(
    *,
    format_name: str,
    file_name: str,
    content: bytes,
    actor: Actor,
    now: datetime,
    largest: int = LARGEST_BYTES,
) -> ImportJob:
    """Take an uploaded file in, sealed; small files are checked at once.

    The name is that of a format, or ``profile:`` and the key of a profile of the city.

    Raises FileRefused when the file as a whole cannot be read; nothing of it is kept then.
    """
    chosen = choose(name=format_name)
    try:
        inspected = _inspected(chosen, content, largest)
    except FileRefused as refusal:
        raise _explained(refusal, chosen.format) from refusal
    with transaction.atomic():
        return _kept(chosen, inspected, file_name, content, actor=actor, now=now)


def _kept(
    chosen: Chosen,
    inspected: Inspected | Recognised,
    file_name: str,
    content: bytes,
    *,
    actor: Actor,
    now: datetime,
) -> ImportJob:
    """Keep a file and check a small one; one that is refused while it is checked leaves nothing behind."""
    job = ImportJob.objects.create(
        format=chosen.format.name,
        profile_version=chosen.version,
        file_name=file_name[:200],
        content_hash=inspected.content_hash,
        size=len(content),
        encoding=inspected.encoding,
        rows=max(0, content.count(b"\n") - 1),
        repeats=_earlier(chosen.format.name, inspected.content_hash),
        uploaded_by_id=actor.id,
        uploaded_by_name=actor.name,
        uploaded_at=now,
    )
    pieces.store(import_id=job.id, content=content)
    _record(actor, "exchange.uploaded", job, now)
    if len(content) <= CHECKED_AT_ONCE_BYTES:
        check(import_id=job.id, tell=lambda done, total: None, now=now)
        job.refresh_from_db()
    return job


def _inspected(chosen: Chosen, content: bytes, largest: int) -> Inspected | Recognised:
    wanted = chosen.format
    said = wanted.refuse() if wanted.refuse else ""
    if said:
        raise FileRefused(reason="disabled", sentence=said)
    layout = chosen.layout
    if layout is not None:
        found = inspect_profiled(content=content, layout=layout, columns=chosen.columns, largest=largest)
        there = [each.column for each in layout.mapped]
        refuse_real_people(content=content, encoding=found.encoding, columns=there)
        return found
    optional = wanted.may_have() if wanted.may_have else ()
    inspected = inspect(content=content, columns=wanted.columns, optional=optional, largest=largest)
    places = zip((*wanted.columns, *optional), inspected.layout.positions, strict=True)
    there = [column for column, place in places if place >= 0]
    refuse_real_people(content=content, encoding=inspected.encoding, columns=there)
    return inspected


def record_refusal(*, refusal: FileRefused, format_name: str, actor: Actor, now: datetime) -> None:
    """Record that somebody brought a file that was refused, without anything from the file."""
    audit.record(
        actor=actor,
        action="exchange.refused",
        object_type=OBJECT,
        object_ids=[],
        details={"format": format_behind(name=format_name), "reason": str(refusal.details["reason"])},
        now=now,
    )


def check(*, import_id: UUID, tell: Tell, now: datetime) -> None:
    """Compare every row of a stored file with what is there, and write the findings down."""
    job = lock(import_id=import_id)
    if job.state != ImportJob.State.RECEIVED:
        return
    wanted = find_format(name=job.format)
    writer = wanted.writer(import_id=job.id, now=now)
    report = CharacterReport()
    source = source_of(job=job, layout_of=wanted, now=now, report=report)
    tally = run(source=source, act=writer.compare, tell=tell, expected=job.rows)
    finish(tally=tally, writer=writer, is_applying=False)
    if tally.rows == 0:
        tally.problems.append(
            {"line": 1, "column": "", "kind": "broken", "message": _("見出しだけで、行がありません。")}
        )
    job.state = ImportJob.State.CHECKED
    job.rows = tally.rows
    job.new = tally.counted.new
    job.changed = tally.counted.changed
    job.same = tally.counted.same
    job.namesakes = tally.counted.namesakes
    job.broken = tally.broken
    job.doubtful = tally.doubtful
    job.problems = tally.problems
    job.findings = {
        "stops": stops.found(job=job, wanted=wanted, tally=tally, shape=source.shape),
        "characters": report.listed(),
        "removed": tally.counted.removed,
        "unmatched": tally.counted.unmatched,
        "ambiguous": tally.counted.ambiguous,
    }
    job.checked_at = now
    job.save()


def lock(*, import_id: UUID) -> ImportJob:
    """Hold one import for the rest of the transaction.

    Raises ImportNotFound.
    """
    job = ImportJob.objects.select_for_update().filter(id=import_id).first()
    if job is None:
        raise ImportNotFound(import_id=str(import_id))
    return job


def _explained(refusal: FileRefused, wanted: ImportFormat) -> FileRefused:
    """Add what the format itself says about columns that it does not know."""
    unknown = refusal.details.get("unknown")
    more = wanted.explain_unknown(unknown) if wanted.explain_unknown and isinstance(unknown, list) else ""
    if not more:
        return refusal
    details = {key: value for key, value in refusal.details.items() if key not in ("reason", "sentence")}
    return FileRefused(reason="personal_columns", sentence=f"{more}{refusal}", **details)


def _earlier(format_name: str, content_hash: str) -> UUID | None:
    same = Q(format=format_name, content_hash=content_hash, state=ImportJob.State.APPLIED)
    return ImportJob.objects.filter(same).order_by("-applied_at").values_list("id", flat=True).first()


def _record(actor: Actor, action: str, job: ImportJob, now: datetime) -> None:
    audit.record(
        actor=actor,
        action=action,
        object_type=OBJECT,
        object_ids=[str(job.id)],
        details={"format": job.format, "content": job.content_hash, "size": job.size},
        now=now,
    )
