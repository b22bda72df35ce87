"""What a person may do: what the roles bring, and what was granted or denied to this person alone."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class Override:
    """One permission that a person holds, or does not hold, whatever their roles say."""

    permission: str
    is_granted: bool
    reason: str
    until: date | None
    given_by: str
    given_on: date

    def is_running(self, today: date) -> bool:
        """Tell whether it counts on a day; the last day is included."""
        return self.until is None or today <= self.until

    def kept(self) -> dict[str, Any]:
        """Write it as it is stored."""
        return {
            "is_granted": self.is_granted,
            "reason": self.reason,
            "until": self.until.isoformat() if self.until else None,
            "given_by": self.given_by,
            "given_on": self.given_on.isoformat(),
        }


def read_overrides(stored: Mapping[str, Mapping[str, Any]]) -> tuple[Override, ...]:
    """Read what is stored with a person."""
    return tuple(
        Override(
            permission=name,
            is_granted=bool(each["is_granted"]),
            reason=str(each["reason"]),
            until=date.fromisoformat(each["until"]) if each["until"] else None,
            given_by=str(each["given_by"]),
            given_on=date.fromisoformat(each["given_on"]),
        )
        for name, each in sorted(stored.items())
    )


def effective(*, by_roles: Iterable[str], overrides: Iterable[Override], today: date) -> frozenset[str]:
    """Name what somebody may do today: a denial counts more than any role."""
    held = set(by_roles)
    running = [each for each in overrides if each.is_running(today)]
    held |= {each.permission for each in running if each.is_granted}
    return frozenset(held - {each.permission for each in running if not each.is_granted})


def strictest(masks: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """Put the masks of several roles together: what one role keeps back stays back."""
    found: dict[str, str] = {}
    for each in masks:
        for column, way in each.items():
            if found.get(column) != "hide":
                found[column] = way
    return found
