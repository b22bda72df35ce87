"""How long delivered events stay, in the outbox and in the journal: public API of this room."""

from datetime import date, datetime, time

from django.db.models import QuerySet

from madoguchi import clock
from madoguchi.ledger.outbox import journal
from madoguchi.ledger.outbox.models import OutboxEvent


def count(*, before: date) -> int:
    """Count the delivered events and the days of the journal that lie before a day."""
    return _over(before).count() + len(journal.days(before=before))


def erase(*, before: date, limit: int) -> int:
    """Delete at most so many events, and then days of the journal, that lie before a day."""
    oldest = list(_over(before).order_by("id").values_list("id", flat=True)[:limit])
    OutboxEvent.objects.filter(id__in=oldest).delete()
    return len(oldest) + journal.forget(before=before, limit=limit - len(oldest))


def _over(before: date) -> "QuerySet[OutboxEvent]":
    start = datetime.combine(before, time.min, tzinfo=clock.JAPAN)
    return OutboxEvent.objects.filter(created_at__lt=start).exclude(done_at=None, dead_at=None)
