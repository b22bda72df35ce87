"""What reads notes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from plugins.plugin_name.models import Note

MOST_SHOWN = 100


@dataclass(frozen=True, kw_only=True)
class NoteView:
    """One note as staff see it."""

    id: UUID
    text: str
    written_at: datetime


def open_notes() -> Sequence[NoteView]:
    """List the notes that wait, the oldest first."""
    found = Note.objects.filter(closed_at__isnull=True).order_by("written_at")[:MOST_SHOWN]
    return [NoteView(id=note.id, text=note.text, written_at=note.written_at) for note in found]


def read_for_health() -> None:
    """Read the notes' table once, or raise."""
    Note.objects.exists()
