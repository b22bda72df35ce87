"""The ledger of fleet migrations, written in SQL because a city's transaction does not see public."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import connection, transaction

from tenants.versions import WRITE_VERSION, target_version

# One runner at a time; the lock goes with its session, so a killed runner leaves none behind.
RUNNER = 7_310_014

NOTE = """
INSERT INTO public.tenants_fleetstep
       (run_id, schema_name, is_done, attempts, migrations, seconds, error, ended_at)
VALUES (%(run_id)s, %(schema_name)s, %(is_done)s, %(attempts)s, %(migrations)s, %(seconds)s, %(error)s,
        %(now)s)
    ON CONFLICT (run_id, schema_name) DO UPDATE SET is_done = excluded.is_done,
       attempts = excluded.attempts, migrations = excluded.migrations, seconds = excluded.seconds,
       error = excluded.error, ended_at = excluded.ended_at
"""
NOTE_ERROR = """
INSERT INTO public.tenants_schemaversion (uuid, schema_name, version, changed_at, last_error)
VALUES (gen_random_uuid(), %(schema_name)s, '', %(now)s, %(error)s)
    ON CONFLICT (schema_name) DO UPDATE SET last_error = %(error)s
"""
# Every world with what it carries: the one query that tells an unchanged fleet from a changed one.
WORLDS = """
SELECT world.schema_name, coalesce(carried.version, ''), world.state, coalesce(carried.last_error, '')
  FROM (SELECT schema_name, state FROM public.tenants_city
          JOIN pg_namespace ON nspname = schema_name
         UNION ALL
        SELECT nspname, 'operators' FROM pg_namespace WHERE nspname = %(operators)s) AS world
  LEFT JOIN public.tenants_schemaversion AS carried USING (schema_name)
 ORDER BY world.schema_name
"""
BREAK_OFF = (
    "UPDATE public.tenants_fleetrun SET outcome = 'broken_off', ended_at = %s WHERE outcome = 'running'"
)
BEGIN = """
INSERT INTO public.tenants_fleetrun (uuid, version, outcome, canary, schemas, jobs, started_at)
VALUES (%(uuid)s, %(version)s, 'running', %(canary)s, %(schemas)s, %(jobs)s, %(now)s)
"""
END = "UPDATE public.tenants_fleetrun SET outcome = %s, ended_at = %s WHERE uuid = %s"


@dataclass(frozen=True, kw_only=True)
class Step:
    """What happened to one schema."""

    schema_name: str
    is_done: bool
    attempts: int
    migrations: int
    seconds: float
    error: str = ""


def claim() -> bool:
    """Take the runner's lock for this session; answer whether it was free."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [RUNNER])
        return bool(cursor.fetchone()[0])


def release() -> None:
    """Give the runner's lock back."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(%s)", [RUNNER])


def begin(*, version: str, canary: str, schemas: int, jobs: int, now: datetime) -> UUID:
    """Open a run, and say of runs that were killed that they were."""
    run_id = uuid4()
    values: dict[str, Any] = {
        "uuid": run_id,
        "version": version,
        "canary": canary,
        "schemas": schemas,
        "jobs": jobs,
        "now": now,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(BREAK_OFF, [now])
        cursor.execute(BEGIN, values)
    return run_id


def end(*, run_id: UUID, outcome: str, now: datetime) -> None:
    """Close a run."""
    if not connection.is_usable():  # the server restarted while the cities' own connections waited for it
        connection.close()
    with connection.cursor() as cursor:
        cursor.execute(END, [outcome, now, run_id])


def note_done(cursor: Any, *, step: Step, run_id: UUID, now: datetime) -> None:
    """Note a step and the schema's version in the caller's transaction: noted exactly when it was done."""
    values = {**_values(step, run_id, now), "version": target_version()}
    cursor.execute(f"{WRITE_VERSION};{NOTE}", values)


def note_failure(*, step: Step, run_id: UUID, now: datetime) -> None:
    """Note a step that was rolled back, in a transaction of its own."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(NOTE, _values(step, run_id, now))
        cursor.execute(NOTE_ERROR, _values(step, run_id, now))


def worlds(*, operators: str) -> list[tuple[str, str, str, str]]:
    """List every world with its version, state and last error, in one query."""
    with connection.cursor() as cursor:
        cursor.execute(WORLDS, {"operators": operators})
        return [tuple(row) for row in cursor.fetchall()]


def _values(step: Step, run_id: UUID, now: datetime) -> dict[str, Any]:
    return {**asdict(step), "run_id": run_id, "now": now}
