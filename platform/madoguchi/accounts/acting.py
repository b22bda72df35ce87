"""Who acts, as the audit names them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from madoguchi.accounts.models import Staff
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import Actor

OBJECT = "accounts.staff"


def staff_actor(staff: Staff) -> Actor:
    """Name a member of staff as an actor."""
    return staff.actor


def record(
    *, actor: Actor, action: str, staff: UUID, now: datetime, details: dict[str, Any] | None = None
) -> None:
    """Write one audit entry about a member of staff."""
    audit.record(
        actor=actor,
        action=action,
        object_type=OBJECT,
        object_ids=[str(staff)],
        details=details or {},
        now=now,
    )


def record_refused(
    *, staff: Staff | None, action: str, now: datetime, details: dict[str, Any] | None = None
) -> None:
    """Write a refused attempt down in a transaction of its own; nobody is named whom nobody knows."""
    audit.record_denied(
        actor=staff_actor(staff) if staff else Actor(kind="staff", id="", name=""),
        action=action,
        object_type=OBJECT,
        object_ids=[str(staff.id)] if staff else [],
        details=details or {},
        now=now,
    )
