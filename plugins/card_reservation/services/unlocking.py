"""What staff see of failed guesses, and how they let a caller's number be heard again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madoguchi import clock
from madoguchi.errors import DomainError
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import Actor
from madoguchi.residents import attempts, budget
from madoguchi.residents.budget import Level
from plugins.card_reservation.models import VerificationFailure
from plugins.card_reservation.services import guesses, verification

HOURS_SHOWN = 24
BAR = 20
UNLOCKED = "card_reservation.unlock_number"


class NothingToUnlock(DomainError):
    """Nobody failed at this number today."""

    code = "nothing_to_unlock"
    message = _("この番号には、今日の間違いの記録がありません。解除する必要はありません。")


@dataclass(frozen=True, kw_only=True)
class HourOfGuesses:
    """The failures of one hour, and how they look beside the others."""

    hour: datetime
    failures: int
    share: int
    """Of the largest hour shown or of the budget, in per cent."""
    x: int

    @property
    def y(self) -> int:
        """Where the bar begins, from above."""
        return 100 - self.share


@dataclass(frozen=True, kw_only=True)
class Overview:
    """How things stand with failed guesses."""

    level: Level
    failures: int
    budget: int
    hours: Sequence[HourOfGuesses]


@dataclass(frozen=True, kw_only=True)
class NumberState:
    """How often somebody failed at one number today."""

    failures: int
    is_locked: bool


def overview(*, now: datetime) -> Overview:
    """Show the failures of the last hour and of each hour of the last day."""
    limits, failures = guesses.limits(), attempts.failures_of_city(now=now)
    return Overview(
        level=budget.level_of_city(failures=failures, limits=limits),
        failures=failures,
        budget=limits.per_city,
        hours=_hours(now, limits.per_city),
    )


def state_of(*, reference: str, now: datetime) -> NumberState:
    """Look at one number."""
    today = clock.local(now).date()
    failures = verification.failures_of(index=verification.index_of(reference), today=today)
    return NumberState(failures=failures, is_locked=failures >= verification.most_failures())


@transaction.atomic
def unlock(*, reference: str, actor: Actor, now: datetime) -> None:
    """Let a number be heard again today.

    Raises NothingToUnlock.
    """
    index, today = verification.index_of(reference), clock.local(now).date()
    failures = verification.failures_of(index=index, today=today)
    if not failures:
        raise NothingToUnlock
    VerificationFailure.objects.filter(reference_index=index, day=today).delete()
    audit.record(
        actor=actor,
        action=UNLOCKED,
        object_type="card_reservation.guesses",
        object_ids=[index.hex()[:16]],
        details={"failures": failures},
        now=now,
    )


def _hours(now: datetime, most: int) -> list[HourOfGuesses]:
    this_hour = clock.local(now).replace(minute=0, second=0, microsecond=0)
    found = attempts.failures_by_hour(since=this_hour - timedelta(hours=HOURS_SHOWN - 1))
    counted = {clock.local(hour): failures for hour, failures in found.items()}
    largest = max([most, *counted.values()])
    hours = [this_hour - timedelta(hours=back) for back in range(HOURS_SHOWN)]
    return [
        HourOfGuesses(
            hour=hour,
            failures=counted.get(hour, 0),
            share=round(100 * counted.get(hour, 0) / largest),
            x=BAR * (HOURS_SHOWN - 1 - back),
        )
        for back, hour in enumerate(hours)
    ]
