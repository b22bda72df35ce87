"""The template: one schema migrated once, its dump replayed for every city.

A replay takes a fraction of a second where migrating takes many, and unlike a clone it keeps the
names of constraints, so later migrations find them.
"""

import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache  # noqa: TID251 - of this code, the same for every city
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.commands.migrate import Command as Migrate
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from madoguchi.errors import DomainError
from tenants.provisioning import roles
from tenants.versions import read_applied, target_version, wanted, with_replacing

TEMPLATE_SCHEMA = "madoguchi_city_template"
# The programs of PostgreSQL take how to check the server from variables.
LIBPQ = {name: f"PG{name.upper()}" for name in ("sslmode", "sslrootcert", "sslcert", "sslkey")}
# Session settings and psql's own commands have no place in a replay inside one transaction.
NOT_REPLAYED = re.compile(r"^(\\.*|SET .*|SELECT pg_catalog\.set_config\('search_path'.*)$", re.MULTILINE)

# A world without a note of its version is an old one.
BEHIND = """
SELECT 1 FROM public.tenants_city AS city
  LEFT JOIN public.tenants_schemaversion AS carried USING (schema_name)
 WHERE carried.version IS DISTINCT FROM %s LIMIT 1
"""


class FleetIsBehind(DomainError):
    """The cities carry older migrations than this code: a city made now would stand apart from them."""

    code = "fleet_is_behind"

    def __str__(self) -> str:
        return "the cities carry older migrations than this code: run manage.py migrate_fleet first"


@cache
def migration_hash() -> str:
    """Name the state of all migrations: their names and what stands in them."""
    digest = hashlib.sha256()
    for name, text in _migration_texts():
        digest.update(f"{name}\n".encode() + text)
    return digest.hexdigest()[:16]


def migration_digests() -> dict[str, str]:
    """Name what stands in each migration, so that one that was changed afterwards can be found."""
    return {name: hashlib.sha256(text).hexdigest()[:16] for name, text in _migration_texts()}


def _migration_texts() -> Iterator[tuple[str, bytes]]:
    for (app, name), migration in sorted(MigrationLoader(None).disk_migrations.items()):
        module = Path(str(__import__(migration.__module__, fromlist=["__file__"]).__file__))
        yield f"{app}.{name}", module.read_bytes()


def migrate_public() -> None:
    """Bring the public schema up to date, and what the application and our operators may do there."""
    _migrate("public", "tenants")
    with connection.cursor() as cursor:
        roles.grant_public(cursor)
        if roles.has_operators(cursor):
            roles.grant_operators(cursor)


def build_template() -> Path:
    """Migrate the template schema and dump it, unless this state of migrations is dumped already.

    Raises FleetIsBehind where cities stand on an older template: it is the beginning of their migration.
    """
    dump = _dump_file()
    if dump.exists():
        return dump
    with connection.cursor() as cursor:
        stands = is_current(cursor)
    if not stands:
        _start_over()
    dump.parent.mkdir(parents=True, exist_ok=True)
    draft = dump.with_suffix(".draft")
    draft.write_text(_replayable(_dumped()), encoding="utf-8")
    draft.replace(dump)
    return dump


def is_current(cursor: Any) -> bool:
    """Tell whether the template has been through every migration of this code."""
    return wanted().keys <= with_replacing(read_applied(cursor, schema_name=TEMPLATE_SCHEMA))


def _start_over() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(BEHIND, [target_version()])
        if cursor.fetchone() is not None:
            raise FleetIsBehind
        cursor.execute(f"DROP SCHEMA IF EXISTS {TEMPLATE_SCHEMA} CASCADE")
        cursor.execute(f"CREATE SCHEMA {TEMPLATE_SCHEMA}")
    _migrate(TEMPLATE_SCHEMA)


def replay_sql(schema_name: str) -> str:
    """Read the template's dump as the SQL that makes one city's schema."""
    return _read_dump(_dump_file()).replace(TEMPLATE_SCHEMA, schema_name)


@cache
def _read_dump(dump: Path) -> str:
    return dump.read_text(encoding="utf-8")


def _migrate(schema_name: str, *apps: str) -> None:
    """Run Django's own migrate in one schema; django-tenants replaces that command by one for all of them."""
    # Without the public schema in sight, or its record of migrations would be taken for this one's.
    connection.set_schema(schema_name, include_public=False)
    try:
        MigrationRecorder(connection).ensure_schema()
        call_command(Migrate(), *apps, verbosity=0, interactive=False, skip_checks=True)
    finally:
        connection.set_schema_to_public()


def _dump_file() -> Path:
    return Path(settings.MADOGUCHI["TEMPLATES"]) / f"{migration_hash()}.sql"


def _dumped() -> str:
    database = settings.DATABASES["default"]
    command = [
        _pg_dump(),
        "--schema",
        TEMPLATE_SCHEMA,
        "--no-owner",
        "--no-privileges",
        "--rows-per-insert",
        "500",
        "--host",
        str(database["HOST"]),
        "--port",
        str(database["PORT"]),
        "--username",
        str(database["USER"]),
        str(database["NAME"]),
    ]
    options = {LIBPQ[name]: str(value) for name, value in database["OPTIONS"].items() if name in LIBPQ}
    environment = {**os.environ, **options, "PGPASSWORD": str(database["PASSWORD"])}
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)  # noqa: S603
    return done.stdout


def _pg_dump() -> str:
    """Find pg_dump, which must not be older than the server: the launcher names the folder of both."""
    folder = os.environ.get("MADOGUCHI_PG_BIN", "")
    found = shutil.which("pg_dump", path=folder or None)
    if found is None:
        raise FileNotFoundError(
            "pg_dump was not found: set MADOGUCHI_PG_BIN to the folder of the server's programs"
        )
    return found


def _replayable(dump: str) -> str:
    return NOT_REPLAYED.sub("", dump)
