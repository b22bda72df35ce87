"""What changes notes."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import Actor
from plugins.plugin_name.declarations import CLOSED, WRITTEN
from plugins.plugin_name.models import Note

OBJECT = "plugin_name.note"
RESIDENT = Actor(kind="resident", id="", name="")


def write_note(*, text: str, now: datetime) -> UUID:
    """Keep what a resident wrote."""
    with transaction.atomic():
        note = Note.objects.create(text=text, written_at=now)
        _record(note_id=note.id, action=WRITTEN, actor=RESIDENT, now=now)
    return note.id


def close_note(*, note_id: UUID, actor: Actor, now: datetime) -> bool:
    """Put a note aside; tell whether it was still open."""
    with transaction.atomic():
        closed = Note.objects.filter(id=note_id, closed_at__isnull=True).update(closed_at=now)
        if closed:
            _record(note_id=note_id, action=CLOSED, actor=actor, now=now)
    return bool(closed)


def _record(*, note_id: UUID, action: str, actor: Actor, now: datetime) -> None:
    audit.record(actor=actor, action=action, object_type=OBJECT, object_ids=[str(note_id)], now=now)
