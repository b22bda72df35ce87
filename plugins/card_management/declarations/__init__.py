"""What this plug-in declares to the platform, by room; what several rooms need stands here."""

from plugins.card_management.declarations.ledger import (
    ACTION_LABELS,
    ADDRESS,
    FACT_LABELS,
    FLAG_LABELS,
    IMPORT_NOTICES,
    KIND_LABELS,
    MASKABLE_COLUMNS,
    MOVE_CARDS,
    STATE_LABELS,
    STATE_MARKS,
    STEP_LABELS,
    STEP_MARKS,
    VIEW_CARDS,
    VIEW_NOTES,
    WRITE_NOTES,
)

__all__ = [
    "ACTION_LABELS",
    "ADDRESS",
    "FACT_LABELS",
    "FLAG_LABELS",
    "IMPORT_NOTICES",
    "KIND_LABELS",
    "MASKABLE_COLUMNS",
    "MOVE_CARDS",
    "STATE_LABELS",
    "STATE_MARKS",
    "STEP_LABELS",
    "STEP_MARKS",
    "VIEW_CARDS",
    "VIEW_NOTES",
    "WRITE_NOTES",
]
