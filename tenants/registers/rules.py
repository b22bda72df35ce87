"""By when a weakness is mended, and what cannot be written down."""

from datetime import date, timedelta
from typing import Final

DAYS: Final = {"critical": 2, "high": 7, "medium": 30, "low": 90}
# A new edition of a guideline is compared with what we do within this time.
GUIDELINE_DAYS: Final = 60


def due_on(*, kind: str, severity: str, found_on: date) -> date | None:
    """Tell by when an entry asks for a decision; None when it asks for none."""
    if kind in ("vulnerability", "finding"):
        return found_on + timedelta(days=DAYS.get(severity, DAYS["medium"]))
    return found_on + timedelta(days=GUIDELINE_DAYS) if kind == "guideline" else None


def is_late(*, state: str, due_on: date | None, today: date) -> bool:
    """Tell whether an entry should have been settled before today."""
    return state in ("open", "fixed") and due_on is not None and due_on < today
