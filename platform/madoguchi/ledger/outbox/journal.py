"""A second copy of every event, encrypted, in a store apart from the database.

One append-only file per city and day. A record is
magic(4) | length(4) | event key(16) | sealed JSON; a record torn by a power cut is skipped.
"""

import base64
import fcntl
import json
import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from struct import Struct
from typing import Any
from uuid import UUID

from django.conf import settings

from madoguchi import clock
from madoguchi.ledger import vault
from madoguchi.ledger.outbox.models import OutboxEvent
from madoguchi.tenancy import current_city

PLACE = "journal.record"
MAGIC = b"MGJ1"
_LENGTH = Struct(">I")
_KEY_BYTES = 16
_FRAME = len(MAGIC) + _LENGTH.size + _KEY_BYTES


@dataclass(frozen=True, slots=True)
class JournalRecord:
    """One event as the journal remembers it."""

    key: UUID
    kind: str
    payload: dict[str, Any]
    sealed: bytes | None
    actor: tuple[str, str, str]
    created_at: datetime


def append(event: OutboxEvent) -> None:
    """Write an event to the journal of the current city, on disk when this returns."""
    fields = {
        "kind": event.kind,
        "payload": event.payload,
        "sealed": None if event.sealed is None else base64.b64encode(event.sealed).decode(),
        "actor": [event.actor_kind, event.actor_id, event.actor_name],
        "created_at": event.created_at.isoformat(),
    }
    body = vault.seal(fields=fields, place=PLACE, row=event.key)
    file = _folder() / f"{clock.local(event.created_at).date().isoformat()}.journal"
    _write(file, _record(event.key, body))


def records(*, since: date) -> Iterator[JournalRecord]:
    """Read the events of the current city from a day on, each once however often it was written."""
    seen: set[UUID] = set()
    for file in sorted(_folder().glob("*.journal")):
        if date.fromisoformat(file.stem) < since:
            continue
        for key, body in _frames(file.read_bytes()):
            if key not in seen:
                seen.add(key)
                yield _opened(key, body)


def days(*, before: date) -> list[Path]:
    """List the files of the current city of the days before a day, the oldest first."""
    return [file for file in sorted(_folder().glob("*.journal")) if date.fromisoformat(file.stem) < before]


def forget(*, before: date, limit: int) -> int:
    """Delete at most so many files of the days before a day, the oldest first, and count them."""
    files = days(before=before)[:limit]
    for file in files:
        file.unlink(missing_ok=True)
    if files:
        _sync_folder(_folder())
    return len(files)


def drop(*, ids: Collection[str]) -> int:
    """Take the events that name one of these ids out of the journal, and count them."""
    dropped = 0
    for file in sorted(_folder().glob("*.journal")):
        with _locked(file.parent):
            frames = list(_frames(file.read_bytes()))
            kept = [(key, body) for key, body in frames if not _names(key, body, ids)]
            if len(kept) < len(frames):
                _replace(file, b"".join(_record(key, body) for key, body in kept))
                dropped += len(frames) - len(kept)
    return dropped


def _names(key: UUID, body: bytes, ids: Collection[str]) -> bool:
    try:
        fields = vault.open_sealed(sealed=body, place=PLACE, row=key)
    except vault.SealBroken:
        return False  # nobody can read whom it names
    text = json.dumps(fields["payload"], ensure_ascii=False)
    return any(each in text for each in ids)


def _record(key: UUID, body: bytes) -> bytes:
    return MAGIC + _LENGTH.pack(len(body)) + key.bytes + body


def _replace(file: Path, content: bytes) -> None:
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as written:
        written.write(content)
        written.flush()
        os.fsync(written.fileno())
    draft.replace(file)
    _sync_folder(file.parent)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Let nobody write to a city's journal while a file of it is replaced."""
    descriptor = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _folder() -> Path:
    return Path(settings.MADOGUCHI["JOURNAL"]) / str(current_city().uuid)


def _write(file: Path, record: bytes) -> None:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _locked(file.parent):
        _append(file, record)


def _append(file: Path, record: bytes) -> None:
    is_new = not file.exists()
    descriptor = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        if os.write(descriptor, record) != len(record):
            raise OSError(f"the journal took only a part of a record: {file}")
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    if is_new:
        _sync_folder(file.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _frames(content: bytes) -> Iterator[tuple[UUID, bytes]]:
    start = content.find(MAGIC)
    while start != -1 and start + _FRAME <= len(content):
        (length,) = _LENGTH.unpack_from(content, start + len(MAGIC))
        key = UUID(bytes=content[start + _FRAME - _KEY_BYTES : start + _FRAME])
        end = start + _FRAME + length
        is_whole = end == len(content) or content[end : end + len(MAGIC)] == MAGIC
        if is_whole:
            yield key, content[start + _FRAME : end]
        start = content.find(MAGIC, end if is_whole else start + 1)


def _opened(key: UUID, body: bytes) -> JournalRecord:
    fields = vault.open_sealed(sealed=body, place=PLACE, row=key)
    kind, actor_id, name = fields["actor"]
    sealed = fields["sealed"]
    return JournalRecord(
        key=key,
        kind=fields["kind"],
        payload=fields["payload"],
        sealed=None if sealed is None else base64.b64decode(sealed),
        actor=(kind, actor_id, name),
        created_at=datetime.fromisoformat(fields["created_at"]),
    )
