"""What operators see of the fleet: who carries which version, and what the runs did."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q

from tenants.models import FleetRun, FleetStep, SchemaVersion
from tenants.versions import target_version

__all__ = ["Drift", "Run", "Step", "drifts", "runs", "steps", "target_version"]


@dataclass(frozen=True, kw_only=True)
class Drift:
    """What one schema carries, and whether that is what this code wants."""

    schema_name: str
    version: str
    is_current: bool
    last_error: str
    changed_at: datetime


@dataclass(frozen=True, kw_only=True)
class Run:
    """One run of the fleet: when, to which version, how far it came."""

    uuid: UUID
    version: str
    outcome: str
    outcome_label: str
    canary: str
    jobs: int
    schemas: int
    done: int
    failed: int
    started_at: datetime
    ended_at: datetime | None

    @property
    def untouched(self) -> int:
        """Count the schemas that the run did not come to."""
        return self.schemas - self.done - self.failed


@dataclass(frozen=True, kw_only=True)
class Step:
    """What one run did to one schema."""

    schema_name: str
    is_done: bool
    attempts: int
    migrations: int
    seconds: float
    error: str
    ended_at: datetime


def drifts() -> Mapping[str, Drift]:
    """Tell what every schema carries, by its name, in one query; a schema that is missing never said."""
    wanted = target_version()
    return {
        row.schema_name: Drift(
            schema_name=row.schema_name,
            version=row.version,
            is_current=row.version == wanted,
            last_error=row.last_error,
            changed_at=row.changed_at,
        )
        for row in SchemaVersion.objects.all()
    }


def runs(*, limit: int) -> Sequence[Run]:
    """List the newest runs, in one query."""
    counted = FleetRun.objects.annotate(
        done=Count("steps", filter=Q(steps__is_done=True)),
        failed=Count("steps", filter=Q(steps__is_done=False)),
    )
    return [_run(row) for row in counted[:limit]]


def steps(*, run_id: UUID, only_failed: bool = False) -> Sequence[Step]:
    """List what a run did to each schema, failures first."""
    found = FleetStep.objects.filter(run=run_id).order_by("is_done", "schema_name")
    if only_failed:
        found = found.filter(is_done=False)
    return [
        Step(
            schema_name=row.schema_name,
            is_done=row.is_done,
            attempts=row.attempts,
            migrations=row.migrations,
            seconds=row.seconds,
            error=row.error,
            ended_at=row.ended_at,
        )
        for row in found
    ]


def _run(row: Any) -> Run:
    return Run(
        uuid=row.uuid,
        version=row.version,
        outcome=row.outcome,
        outcome_label=str(FleetRun.Outcome(row.outcome).label),
        canary=row.canary,
        jobs=row.jobs,
        schemas=row.schemas,
        done=row.done,
        failed=row.failed,
        started_at=row.started_at,
        ended_at=row.ended_at,
    )
