"""Read the outbox of the current city: public API of this room."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice

from madoguchi.ledger.outbox import journal
from madoguchi.ledger.outbox.journal import JournalRecord
from madoguchi.ledger.outbox.models import OutboxEvent

CHUNK = 1_000


@dataclass(frozen=True, slots=True)
class Backlog:
    """How much waits and since when; what was given up waits for people."""

    waiting: int
    oldest: datetime | None
    dead: int


def backlog() -> Backlog:
    """Count what waits for the relay and what it gave up."""
    waiting = OutboxEvent.objects.filter(done_at__isnull=True, dead_at__isnull=True)
    oldest = waiting.order_by("next_at").values_list("created_at", flat=True).first()
    dead = OutboxEvent.objects.filter(dead_at__isnull=False).count()
    return Backlog(waiting=waiting.count(), oldest=oldest, dead=dead)


def missing_from_database(*, since: date) -> Iterator[JournalRecord]:
    """Find the events that the journal remembers and the database lost."""
    remembered = journal.records(since=since)
    while chunk := list(islice(remembered, CHUNK)):
        keys = [record.key for record in chunk]
        kept = set(OutboxEvent.objects.filter(key__in=keys).values_list("key", flat=True))
        yield from (record for record in chunk if record.key not in kept)
