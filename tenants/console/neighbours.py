"""What other rooms know of the fleet: versions and probes, each in one query."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class Drift:
    schema_name: str
    version: str
    is_current: bool
    last_error: str


def drifts() -> Mapping[str, Drift]:
    """List the version of every city's schema."""
    return {}


def fleet_today(*, now: datetime) -> Mapping[UUID, str]:
    """List what the probes last found in every city."""
    return {}
