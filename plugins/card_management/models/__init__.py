"""The tables of the ledger, by room."""

from plugins.card_management.models import figures, forms, handover, intake, register, scans, shelves
from plugins.card_management.models.ledger import (
    NOTE_SEALED,
    PAGE_SEALED,
    REASON_SEALED,
    SEALED,
    Card,
    CardChange,
    CardMovement,
    CardNote,
    CardReason,
    NoteVersion,
    SearchPage,
)

__all__ = [
    "NOTE_SEALED",
    "PAGE_SEALED",
    "REASON_SEALED",
    "SEALED",
    "Card",
    "CardChange",
    "CardMovement",
    "CardNote",
    "CardReason",
    "NoteVersion",
    "SearchPage",
    "figures",
    "forms",
    "handover",
    "intake",
    "register",
    "scans",
    "shelves",
]
