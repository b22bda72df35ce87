"""Write to the audit list: public API of this room.

Details name fields and reasons, never personal values.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from django.db import connection

from madoguchi.ledger.audit import sql
from madoguchi.ledger.audit.actors import Actor
from madoguchi.ledger.audit.second import second_connection
from madoguchi.ledger.values import JSON

READ = "personal_data.read"
DENIED = "access.denied"
_NOTHING: Mapping[str, JSON] = MappingProxyType({})


def record(
    *,
    actor: Actor,
    action: str,
    object_type: str,
    object_ids: Sequence[str],
    now: datetime,
    details: Mapping[str, JSON] = _NOTHING,
) -> None:
    """Record a change in the transaction that makes it."""
    values = sql.parameters(
        actor=actor,
        action=action,
        object_type=object_type,
        object_ids=object_ids,
        now=now,
        details=dict(details),
    )
    with connection.cursor() as cursor:
        cursor.execute(sql.insert(), values)


@dataclass(frozen=True)
class Entry:
    """One of many entries that are written together."""

    action: str
    object_ids: Sequence[str]
    details: Mapping[str, JSON]


def record_all(*, actor: Actor, object_type: str, entries: Sequence[Entry], now: datetime) -> None:
    """Record many changes in the transaction that makes them, in one go."""
    if not entries:
        return
    values = [
        sql.parameters(
            actor=actor,
            action=each.action,
            object_type=object_type,
            object_ids=each.object_ids,
            now=now,
            details=dict(each.details),
        )
        for each in entries
    ]
    with connection.cursor() as cursor:
        cursor.executemany(sql.insert(), values)


def record_read(
    *, actor: Actor, object_type: str, object_ids: Sequence[str], purpose: str, now: datetime
) -> None:
    """Record that personal data were shown, one entry for a whole list."""
    record(
        actor=actor,
        action=READ,
        object_type=object_type,
        object_ids=object_ids,
        now=now,
        details={"purpose": purpose},
    )


def record_denied(
    *,
    actor: Actor,
    action: str,
    object_type: str,
    object_ids: Sequence[str],
    now: datetime,
    details: Mapping[str, JSON] = _NOTHING,
) -> None:
    """Record a refused attempt at once, so that it survives a rollback of the request."""
    values = sql.parameters(
        actor=actor,
        action=DENIED,
        object_type=object_type,
        object_ids=object_ids,
        now=now,
        details={"attempted": action, **details},
    )
    with second_connection() as second:
        second.execute(sql.insert().encode(), values)
