"""What every act of the room leaves behind, and the numbers of spots, parcels and disposals."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import connection, models
from django.db.models import Max

from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import Actor
from madoguchi.ledger.values import JSON

_LOCK = "SELECT pg_advisory_xact_lock(hashtext(current_schema() || '.card_management.shelves'))"


def record(
    action: str, kind: str, ids: Iterable[object], *, actor: Actor, now: datetime, **details: JSON
) -> None:
    """Write an act of this room into the audit list."""
    said: Mapping[str, JSON] = details
    audit.record(
        actor=actor,
        action=f"card_management.{action}",
        object_type=f"card_management.{kind}",
        object_ids=[str(each) for each in ids],
        details=said,
        now=now,
    )


def one_at_a_time() -> None:
    """Let nobody else of this city give out spots or numbers until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK)


def next_number(model: type[models.Model]) -> int:
    """Take the next number of a table."""
    one_at_a_time()
    highest: int | None = model._default_manager.aggregate(highest=Max("number"))["highest"]
    return (highest or 0) + 1
