"""The tables of the ledger, by room."""

from plugins.card_management.models import figures, forms, handover, intake, register, scans, shelves
from plugins.card_management.models.ledger import (
    CHANGE_SEALED,
    NOTE_SEALED,
    REASON_SEALED,
    SEALED,
    Card,
    CardChange,
    CardMovement,
    CardNote,
    NoteVersion,
)

__all__ = [
    "CHANGE_SEALED",
    "NOTE_SEALED",
    "REASON_SEALED",
    "SEALED",
    "Card",
    "CardChange",
    "CardMovement",
    "CardNote",
    "NoteVersion",
    "figures",
    "forms",
    "handover",
    "intake",
    "register",
    "scans",
    "shelves",
]
