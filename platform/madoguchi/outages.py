"""Announced work on the service of a city: when it stops, when it is planned to go on, and why."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

OVERRUN_RETRY = timedelta(minutes=10)
"""Nobody knows when work that takes longer ends: come back after a while."""


@dataclass(frozen=True, kw_only=True)
class Outage:
    """Work on one city's service, announced and not yet over."""

    id: UUID
    starts_at: datetime
    ends_at: datetime
    told_from: datetime
    """From this moment on every page of the city announces it."""
    reasons: Mapping[str, str] = field(default_factory=dict)
    opens_by_itself: bool = False
    """Whether the pages come back at the planned end, or when somebody says that the work is done."""
    pass_digest: str = ""
    """By the digest of this secret, testers enter while everybody else waits."""

    def is_on(self, now: datetime) -> bool:
        """Tell whether the doors are closed for it."""
        return now >= self.starts_at and not self._is_over(now)

    def is_told(self, now: datetime) -> bool:
        """Tell whether pages announce it: from the day of the notice until it begins."""
        return self.told_from <= now < self.starts_at

    def has_overrun(self, now: datetime) -> bool:
        """Tell whether the work takes longer than planned: then no time is promised any more."""
        return now >= self.ends_at

    def retry_after(self, now: datetime) -> int:
        """Count the seconds after which it is worth coming back."""
        left = OVERRUN_RETRY if self.has_overrun(now) else self.ends_at - now
        return max(1, -(-left // timedelta(seconds=1)))

    def reason(self, language: str) -> str:
        """Say why, in this language or else in Japanese."""
        return self.reasons.get(language) or self.reasons.get("ja", "")

    def _is_over(self, now: datetime) -> bool:
        return self.opens_by_itself and now >= self.ends_at


def outage_now(outages: Iterable[Outage], *, now: datetime) -> Outage | None:
    """Find the work for which the doors are closed now."""
    return next((each for each in outages if each.is_on(now)), None)
