"""Failures of one name over all addresses: slow guessing is seen, and nobody is locked out by it."""

from datetime import datetime, timedelta

from django.db.models import F, QuerySet

from madoguchi import clock
from madoguchi.accounts.credentials import FailureCount
from madoguchi.ledger import vault

PURPOSE = "accounts.failures"
KEPT = timedelta(days=7)
# Whoever gets this far knows the password: ten wrong codes, then a rest.
TRIES = 10
REST = timedelta(minutes=30)


def count_failure(*, name: str, now: datetime) -> int:
    """Count one more failure of a name today, and give the number."""
    day, index = clock.local(now).date(), _index(name)
    row, is_new = FailureCount.objects.get_or_create(
        name=index, day=day, defaults={"failures": 1, "last_at": now}
    )
    if not is_new:
        FailureCount.objects.filter(id=row.id).update(failures=F("failures") + 1, last_at=now)
        row.refresh_from_db(fields=["failures"])
    return row.failures


def failures_today(*, name: str, now: datetime) -> int:
    """Count the failures of a name today."""
    return _of_today(name, now).values_list("failures", flat=True).first() or 0


def is_resting(*, name: str, now: datetime) -> bool:
    """Tell whether so many codes were wrong that this name waits for a while.

    Until the transaction ends nobody else asks about this name: guesses sent at once are judged one by one,
    or two of them would step over the number at which the rest begins.
    """
    row = _of_today(name, now).select_for_update().first()
    if row is None or row.failures == 0 or row.failures % TRIES:
        return False
    return now - row.last_at < REST


def forget(*, name: str) -> None:
    """Forget the failures of a name."""
    FailureCount.objects.filter(name=_index(name)).delete()


def forget_old(*, now: datetime) -> None:
    """Forget everybody's failures that are older than a week."""
    FailureCount.objects.filter(day__lt=clock.local(now).date() - KEPT).delete()


def _of_today(name: str, now: datetime) -> "QuerySet[FailureCount]":
    return FailureCount.objects.filter(name=_index(name), day=clock.local(now).date())


def _index(name: str) -> bytes:
    return vault.blind_index(value=name, purpose=PURPOSE)
