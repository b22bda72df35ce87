"""Which state of the migrations a schema carries, and which one this code wants."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache  # noqa: TID251 - of this code, the same for every city
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db.migrations.loader import MigrationLoader
from psycopg import sql

Key = tuple[str, str]

WRITE_VERSION = """
INSERT INTO public.tenants_schemaversion (uuid, schema_name, version, changed_at, last_error)
VALUES (gen_random_uuid(), %(schema_name)s, %(version)s, now(), '')
    ON CONFLICT (schema_name) DO UPDATE SET version = %(version)s, changed_at = now(), last_error = ''
"""
STANDING_TABLE = "SELECT to_regclass(%s)"


@dataclass(frozen=True)
class Wanted:
    """What this code's disk wants every city to have been through."""

    version: str
    keys: frozenset[Key]
    replacing: Mapping[Key, frozenset[Key]]


@cache
def wanted() -> Wanted:
    """Read the migrations of cities on this code's disk, once."""
    loader = MigrationLoader(None)
    lines = "".join(
        f"{app}.{name}\n" for app, name in sorted(loader.graph.leaf_nodes()) if belongs_to_cities(app)
    )
    return Wanted(
        version=hashlib.sha256(lines.encode()).hexdigest()[:16],
        keys=frozenset(key for key in loader.graph.nodes if belongs_to_cities(key[0])),
        replacing={key: frozenset(one.replaces) for key, one in loader.replacements.items()},
    )


def target_version() -> str:
    """Name the state of a city's migrations on this code's disk by its newest ones."""
    return wanted().version


def belongs_to_cities(app_label: str) -> bool:
    """Tell whether the tables of an app stand in every city."""
    return apps.get_app_config(app_label).name not in settings.SHARED_APPS


def read_applied(cursor: Any, *, schema_name: str) -> frozenset[Key]:
    """List what a schema says it has been through; empty for one that was never migrated."""
    cursor.execute(STANDING_TABLE, [f"{schema_name}.django_migrations"])
    if cursor.fetchone()[0] is None:
        return frozenset()
    cursor.execute(sql.SQL("SELECT app, name FROM {}.django_migrations").format(sql.Identifier(schema_name)))
    return frozenset(cursor.fetchall())


def with_replacing(applied: frozenset[Key]) -> frozenset[Key]:
    """Count a squashed migration as applied where all that it replaces is."""
    return applied | {key for key, replaced in wanted().replacing.items() if replaced <= applied}


def write_version(cursor: Any, *, schema_name: str) -> None:
    """Note in the caller's transaction that a schema carries what this code wants."""
    cursor.execute(WRITE_VERSION, {"schema_name": schema_name, "version": target_version()})
