"""Publish events: public API of this room."""

from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from madoguchi.hooks.contracts.events import Event
from madoguchi.ledger.audit.actors import Actor
from madoguchi.ledger.outbox import nudges, sql
from madoguchi.ledger.outbox.models import OutboxEvent
from madoguchi.tenancy import current_city


def publish(*, event: Event, actor: Actor, now: datetime, due_at: datetime | None = None) -> UUID:
    """Put an event in the outbox of the current city, in the current transaction, to be heard when due."""
    values = sql.parameters(event=event, actor=actor, now=now)
    with connection.cursor() as cursor:
        cursor.execute(sql.insert(), values)
    if due_at is not None:
        OutboxEvent.objects.filter(key=values["event_key"]).update(next_at=due_at)
    nudge_on_commit()
    key = values["event_key"]
    assert isinstance(key, UUID)
    return key


def nudge_on_commit() -> None:
    """Wake the relay for this city once the current transaction is committed."""
    schema_name = current_city().schema_name
    transaction.on_commit(lambda: nudges.nudge(schema_name))


def drop_waiting(*, now: datetime) -> int:
    """Mark what waits as done without delivering it, and forget every sealed part; count what waited.

    The keys stay: what the journal remembers was not lost.
    """
    waiting = OutboxEvent.objects.filter(done_at__isnull=True, dead_at__isnull=True)
    dropped = waiting.update(done_at=now)
    OutboxEvent.objects.filter(sealed__isnull=False).update(sealed=None)
    return dropped
