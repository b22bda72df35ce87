"""One schema brought to the plan: one transaction, tried again when somebody holds a lock."""

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import DatabaseError, OperationalError, connection, transaction
from django.db.migrations.loader import MigrationLoader
from psycopg import errors, sql

from tenants.fleet import ledger
from tenants.fleet.afterwards import listen
from tenants.fleet.describing import describe
from tenants.fleet.ledger import Step
from tenants.fleet.recording import LOCK_TIMEOUT_MS, Live, Plan, PlannedMigration, Recorder, require_atomic
from tenants.provisioning import roles, template
from tenants.schemas import in_schema
from tenants.versions import Key, with_replacing

ATTEMPTS = 20
LONGEST_PAUSE_SECONDS = 2.0
# A lock not granted in time, a deadlock lost, a server that restarts: all of them pass.
PASSING = (
    errors.LockNotAvailable,
    errors.DeadlockDetected,
    errors.SerializationFailure,
    errors.AdminShutdown,
    errors.CannotConnectNow,
)


@dataclass
class At:
    """Where in the plan a schema stands, so that an error can say so."""

    migration: str = ""


def bring_up(*, schema_name: str, plan: Plan, run_id: UUID, now: datetime) -> Step:
    """Bring one schema to the plan, whole or not at all, and note in the ledger what happened."""
    started = time.monotonic()
    for attempt in range(1, ATTEMPTS + 1):
        at = At()
        try:
            return _try(schema_name, plan, (run_id, now), (attempt, started), at)
        except Exception as error:
            connection.close()
            if attempt < ATTEMPTS and _passes(error):
                # Jitter, so that connections refused together do not come back together.
                time.sleep(random.uniform(0.05, min(LONGEST_PAUSE_SECONDS, 0.1 * 2**attempt)))  # noqa: S311
                continue
            said = describe(error=error, migration=at.migration)
            failed = Step(
                schema_name=schema_name,
                is_done=False,
                attempts=attempt,
                migrations=0,
                seconds=time.monotonic() - started,
                error=said,
            )
            ledger.note_failure(step=failed, run_id=run_id, now=now)
            return failed
    raise AssertionError("the last attempt returns")


def _try(
    schema_name: str, plan: Plan, run: tuple[UUID, datetime], attempt: tuple[int, float], at: At
) -> Step:
    run_id, now = run
    number, started = attempt
    with in_schema(schema_name), transaction.atomic():
        with connection.cursor() as cursor:
            applied = _enter(cursor, schema_name)
        count = apply(schema_name=schema_name, plan=plan, applied=applied, at=at)
        step = Step(
            schema_name=schema_name,
            is_done=True,
            attempts=number,
            migrations=count,
            seconds=time.monotonic() - started,
        )
        with connection.cursor() as cursor:
            ledger.note_done(cursor, step=step, run_id=run_id, now=now)
    return step


def _enter(cursor: Any, schema_name: str) -> frozenset[Key]:
    """Keep everybody else away from a schema, and read what it has been through, in one message."""
    cursor.execute(
        sql.SQL(
            "SET LOCAL lock_timeout = {}; SELECT FROM public.tenants_schemaversion WHERE schema_name = {}"
            " FOR UPDATE; SELECT app, name FROM django_migrations"
        ).format(f"{LOCK_TIMEOUT_MS}ms", schema_name)
    )
    while cursor.nextset():
        pass
    return frozenset(cursor.fetchall())


def apply(*, schema_name: str, plan: Plan, applied: frozenset[Key], at: At) -> int:
    """Bring the current schema to the plan in the caller's transaction; count the migrations."""
    known = applied if plan.fits(applied) else with_replacing(applied)
    if not plan.fits(known):
        return migrate_alone(schema_name=schema_name, at=at)
    missing = plan.missing(known)
    for migration in missing:
        at.migration = migration.name
        _tell(migration)
    at.migration = ""
    if missing:
        _conclude(schema_name, [key for migration in missing for key in migration.records], plan.afterwards)
    return len(missing)


def _tell(migration: PlannedMigration) -> None:
    for step in migration.steps:
        if isinstance(step, Live):
            step.run(connection)
        else:
            with connection.cursor() as cursor:
                cursor.execute(step)


def migrate_alone(*, schema_name: str, at: At) -> int:
    """Migrate the current schema without a plan, as if it were the only one; count the migrations."""
    loader = MigrationLoader(connection)
    applied = with_replacing(frozenset(loader.applied_migrations))
    recorder = Recorder(connection, loader, applied)
    require_atomic(recorder.missing)
    try:
        with listen(connection, recorder.missing):
            planned = recorder.record()
    finally:
        at.migration = recorder.at
    _conclude(schema_name, [key for migration in planned for key in migration.records], "")
    return len(planned)


def _conclude(schema_name: str, keys: Sequence[Key], afterwards: str) -> None:
    """Write Django's own record and take back from new tables what default privileges gave too much."""
    record = sql.SQL(
        "INSERT INTO django_migrations (app, name, applied) SELECT app, name, now()"
        " FROM unnest({}::text[], {}::text[]) AS new (app, name)"
    ).format([app for app, _name in keys], [name for _app, name in keys])
    parts = [sql.SQL(afterwards), record] if afterwards else [record]
    if schema_name != template.TEMPLATE_SCHEMA:  # which nobody enters, so it has no role
        parts.append(roles.restricting_sql(schema_name=schema_name))
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(";\n").join(parts))
        if schema_name != template.TEMPLATE_SCHEMA:
            roles.close_personal_tables(cursor, schema_name=schema_name)


def _passes(error: BaseException) -> bool:
    cause = error.__cause__ if isinstance(error, DatabaseError) else error
    lost = isinstance(error, OperationalError) and getattr(cause, "sqlstate", None) is None
    return lost or isinstance(cause, PASSING)
