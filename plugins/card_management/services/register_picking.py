"""Look into a city's folder, take what is complete, and stop whatever does not look right (T23)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final
from uuid import UUID

from madoguchi.exchange import starting
from madoguchi.exchange.errors import FileRefused, ProfileNotFound
from madoguchi.exchange.formats import UnknownFormat
from madoguchi.exchange.models import ImportJob
from madoguchi.exchange.services import intake, stops
from madoguchi.hooks.contracts.imports import ImportEnded
from madoguchi.ledger.audit.actors import SYSTEM, Actor
from plugins.card_management.adapters.file_places import FileShare, Lying, ShareTrouble
from plugins.card_management.adapters.file_shares import opened
from plugins.card_management.models.register import FilePickup, FileSource
from plugins.card_management.rules.register_pickup import (
    Named,
    Seen,
    is_ready,
    next_look,
    read_name,
    sequence_problem,
)
from plugins.card_management.services import register_quarantine as quarantine
from plugins.card_management.services.register_sources import address_of, reached

LARGEST_BYTES: Final = 200 * 1024 * 1024
MOST_FILES_AT_ONCE: Final = 20
_SHA256: Final = re.compile(rb"\b[0-9a-fA-F]{64}\b")

CHECKING, WAITING, APPLYING, APPLIED = "checking", "waiting", "applying", "applied"
STOPPED, DISCARDED = "stopped", "discarded"
INTERRUPTED: Final = "interrupted"
OPEN: Final = (CHECKING, WAITING, APPLYING)
TAKEN: Final = (CHECKING, WAITING, APPLYING, APPLIED)


@dataclass(frozen=True, slots=True)
class _Found:
    """A complete file of the folder and what its name tells."""

    lying: Lying
    named: Named


def due(*, now: datetime) -> list[UUID]:
    """List the places to look at now."""
    return [source.id for source in FileSource.objects.filter(is_on=True) if _is_due(source, now)]


def look(*, source_id: UUID, now: datetime) -> int:
    """Look into one place and take what is complete; tell how many files were taken or stopped.

    A server that cannot be reached is noted and tried again later.
    """
    source = FileSource.objects.select_for_update().filter(id=source_id, is_on=True).first()
    if source is None:
        return 0
    settle(source_id=source.id, now=now)
    try:
        with opened(address_of(source)) as share:
            taken = _look_into(source, share, now)
    except ShareTrouble as trouble:
        source.failures += 1
        source.problem = trouble.code
        source.problem_since = source.problem_since or now
        taken = 0
    else:
        source.failures, source.problem, source.problem_since = 0, "", None
    source.looked_at = now
    source.save(
        update_fields=["failures", "problem", "problem_since", "looked_at", "listed", "tested"],
    )
    return taken


def settle(*, source_id: UUID, now: datetime) -> None:
    """Follow the imports of files that a worker was still busy with."""
    for pickup in FilePickup.objects.filter(source_id=source_id, state__in=OPEN):
        _follow(pickup, now)


def note_import(*, event: ImportEnded, key: UUID, actor: Actor, now: datetime) -> None:
    """Follow the import of a file as soon as a step of it is over; the same event again changes nothing."""
    pickups = FilePickup.objects.select_for_update().filter(import_job=event.import_id, state__in=OPEN)
    for pickup in pickups:
        _follow(pickup, now, has_failed=event.has_failed)


def _follow(pickup: FilePickup, now: datetime, *, has_failed: bool = False) -> None:
    job = ImportJob.objects.filter(id=pickup.import_job).first() if pickup.import_job else None
    if job is None:
        return
    is_given_back = pickup.state == APPLYING and job.state == ImportJob.State.CHECKED
    is_unchecked = pickup.state == CHECKING and job.state == ImportJob.State.RECEIVED
    if is_given_back or (is_unchecked and has_failed):
        # Its worker failed or died. A person looks: a file that kills workers must not do so all night.
        _stop(pickup, INTERRUPTED, [])
        pickup.save(update_fields=["state", "problem", "words"])
    elif pickup.state == CHECKING and job.state == ImportJob.State.CHECKED:
        go_on(pickup=pickup, job=job, now=now)
    elif job.state == ImportJob.State.APPLIED:
        _finish(pickup, APPLIED, now)
    elif job.state in (ImportJob.State.DISCARDED, ImportJob.State.UNDONE):
        _finish(pickup, DISCARDED, now)


def go_on(*, pickup: FilePickup, job: ImportJob, now: datetime) -> None:
    """Apply a checked file, or stop where a guard or a line that cannot be read asks for a person."""
    if stops.holds(job=job):
        _stop(pickup, "guard", stops.sentences(job=job))
    elif job.broken:
        _stop(pickup, "lines", [])
    elif not pickup.source.applies_itself:
        pickup.state = WAITING
    else:
        starting.ask_to_apply(import_id=job.id, actor=SYSTEM, now=now)
        pickup.state = APPLYING
    pickup.save()


def take_in(*, pickup: FilePickup, content: bytes, now: datetime) -> None:
    """Hand a file to the import of its layout; what is refused there is stopped here."""
    source = pickup.source
    try:
        job = starting.take_in(
            format_name=source.format,
            file_name=pickup.file_name,
            content=content,
            actor=SYSTEM,
            now=now,
            largest=LARGEST_BYTES,
        )
    except FileRefused as refusal:
        intake.record_refusal(refusal=refusal, format_name=source.format, actor=SYSTEM, now=now)
        _stop(pickup, "refused", [str(refusal)])
        pickup.save()
        quarantine.keep(pickup_id=pickup.id, content=content)
        return
    except (ProfileNotFound, UnknownFormat) as gone:
        # The city uses its profile no more, or the plugin is off: told, and tried again by hand.
        _stop(pickup, "refused", [str(gone)])
        pickup.save()
        quarantine.keep(pickup_id=pickup.id, content=content)
        return
    pickup.import_job, pickup.state, pickup.problem, pickup.words = job.id, CHECKING, "", []
    pickup.save()
    if job.state == ImportJob.State.CHECKED:
        go_on(pickup=pickup, job=job, now=now)


def _is_due(source: FileSource, now: datetime) -> bool:
    if source.looked_at is None:
        return True
    every = timedelta(minutes=source.every_minutes)
    return now >= next_look(failures=source.failures, every=every, now=source.looked_at)


def _look_into(source: FileSource, share: FileShare, now: datetime) -> int:
    lying = {each.name: each for each in share.listing()}
    # An earlier trial that failed is no longer true.
    source.tested = reached(source=source, names=list(lying), now=now)
    seen: dict[str, Seen] = {each.name: (each.size, each.stamp) for each in lying.values()}
    before = {name: (entry[0], entry[1]) for name, entry in source.listed.items()}
    done = {name for name, entry in source.listed.items() if entry[2] and before[name] == seen.get(name)}
    complete = _complete(source, lying, seen, before, done)
    for found in complete:
        _take(source, share, found, now)
        done.add(found.lying.name)
    source.listed = {name: [*seen[name], name in done] for name in seen if _is_wanted(source, name)}
    return len(complete)


def _complete(
    source: FileSource,
    lying: Mapping[str, Lying],
    seen: Mapping[str, Seen],
    before: Mapping[str, Seen],
    done: "set[str]",
) -> Sequence[_Found]:
    """List the complete files that were not taken before, in the order of their days and numbers."""
    found = []
    for name, each in lying.items():
        named = read_name(pattern=source.pattern, name=name)
        if named is None or name in done:
            continue
        if source.checksum_suffix and f"{name}{source.checksum_suffix}" not in lying:
            continue
        if is_ready(name=name, rule=source.done_rule, marker=source.marker_suffix, now=seen, before=before):
            found.append(_Found(each, named))
    found.sort(key=lambda each: (str(each.named.for_day or ""), each.named.sequence or 0, each.lying.name))
    return found[:MOST_FILES_AT_ONCE]


def _is_wanted(source: FileSource, name: str) -> bool:
    return read_name(pattern=source.pattern, name=name) is not None


def _take(source: FileSource, share: FileShare, found: _Found, now: datetime) -> None:
    pickup = FilePickup(
        source=source,
        file_name=found.lying.name[:200],
        size=found.lying.size,
        sequence=found.named.sequence,
        for_day=found.named.for_day,
        attempts=source.failures + 1,
        found_at=now,
        taken_at=now,
        state=CHECKING,
    )
    try:
        content = share.read(found.lying.name, largest=LARGEST_BYTES)
    except ShareTrouble as trouble:
        if trouble.code != "too_large":
            raise
        _stop(pickup, "too_large", [])
        pickup.save()
        return
    pickup.size, pickup.content_hash = len(content), sha256(content).hexdigest()
    problem = _problem(source, share, pickup, now)
    if problem:
        _stop(pickup, problem, [])
        pickup.save()
        quarantine.keep(pickup_id=pickup.id, content=content)
        return
    pickup.save()
    take_in(pickup=pickup, content=content, now=now)


def _problem(source: FileSource, share: FileShare, pickup: FilePickup, now: datetime) -> str:
    """Name what speaks against a file before anything of it is read."""
    earlier = FilePickup.objects.filter(source=source)
    if source.checksum_suffix and not _sums_up(source, share, pickup):
        return "checksum"
    if earlier.filter(content_hash=pickup.content_hash, state__in=TAKEN).exists():
        return "twice"
    if pickup.for_day is not None and pickup.for_day > now.date() + timedelta(days=1):
        return "future"
    if pickup.for_day is not None and earlier.filter(for_day=pickup.for_day, state__in=TAKEN).exists():
        return "replaced" if pickup.sequence is None else _in_sequence(source, pickup)
    return _in_sequence(source, pickup)


def _in_sequence(source: FileSource, pickup: FilePickup) -> str:
    if not source.checks_sequence:
        return ""
    taken = FilePickup.objects.filter(source=source, state__in=TAKEN, sequence__isnull=False)
    last = taken.order_by("-sequence").values_list("sequence", flat=True).first()
    return sequence_problem(number=pickup.sequence, last=last)


def _sums_up(source: FileSource, share: FileShare, pickup: FilePickup) -> bool:
    try:
        text = share.read(f"{pickup.file_name}{source.checksum_suffix}", largest=1 << 16)
    except ShareTrouble as trouble:
        if trouble.code in ("not_found", "too_large"):
            return False
        raise
    found = _SHA256.search(text)
    return found is not None and found.group().decode().lower() == pickup.content_hash


def _stop(pickup: FilePickup, problem: str, words: Sequence[str]) -> None:
    pickup.state, pickup.problem, pickup.words = STOPPED, problem, list(words)


def _finish(pickup: FilePickup, state: str, now: datetime) -> None:
    pickup.state, pickup.finished_at = state, now
    pickup.save(update_fields=["state", "finished_at"])
