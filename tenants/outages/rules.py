"""What a contract says about planned outages, and what follows from it for one of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from madoguchi import clock

DEFAULT_DAYS: Final = 14
"""What holds where a contract says nothing."""
RESIDENTS_DAYS: Final = 14
"""So many days ahead residents read of it where the contract only asks for consent."""


@dataclass(frozen=True)
class NoticeRule:
    """How long before it a city is told of an outage, and whether it must agree."""

    days: int = DEFAULT_DAYS
    needs_consent: bool = False


@dataclass(frozen=True)
class Span:
    """From when until when."""

    starts_at: datetime
    ends_at: datetime

    def overlaps(self, other: "Span") -> bool:
        """Tell whether some moment is in both."""
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at


def rule_of(rules: Mapping[str, Any]) -> NoticeRule:
    """Read the rule out of what was agreed with a city."""
    agreed = rules.get("contract", {})
    days = agreed.get("notice_days")
    return NoticeRule(
        days=DEFAULT_DAYS if days is None else int(days), needs_consent=bool(agreed.get("consent_required"))
    )


def earliest_day(*, rule: NoticeRule, today: date) -> date:
    """Name the first day on which an outage announced today may begin."""
    return today + timedelta(days=rule.days)


def is_in_time(*, starts_at: datetime, rule: NoticeRule, now: datetime) -> bool:
    """Tell whether an outage announced now is announced long enough before it."""
    return clock.local(starts_at).date() >= earliest_day(rule=rule, today=clock.local(now).date())


def told_from(*, starts_at: datetime, rule: NoticeRule, now: datetime) -> datetime:
    """Name the moment from which residents read of it: the day the rule names, or now when that is past."""
    days = rule.days or RESIDENTS_DAYS
    first = clock.local(starts_at) - timedelta(days=days)
    return max(now, first.replace(hour=0, minute=0, second=0, microsecond=0))
