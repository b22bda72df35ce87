"""A second copy of every event, encrypted, in a store apart from the database.

One append-only file per city and day. A record is
magic(4) | length(4) | event key(16) | sealed JSON; a record torn by a power cut is skipped.
"""

import base64
import os
from collections.abc import Iterator
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
    _write(file, MAGIC + _LENGTH.pack(len(body)) + event.key.bytes + body)


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


def _folder() -> Path:
    return Path(settings.MADOGUCHI["JOURNAL"]) / str(current_city().uuid)


def _write(file: Path, record: bytes) -> None:
    is_new = not file.exists()
    if is_new:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
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
