"""What Django adds after migrating: content types and permissions, told to every city as rows."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.core.management.sql import emit_post_migrate_signal, emit_pre_migrate_signal
from django.db import DEFAULT_DB_ALIAS
from django.db.migrations import Migration
from psycopg import sql

TYPES = "SELECT app_label, model FROM django_content_type ORDER BY 1, 2"
PERMISSIONS = """
SELECT app_label, model, codename, permission.name FROM auth_permission AS permission
  JOIN django_content_type AS kind ON kind.id = content_type_id ORDER BY 1, 2, 3
"""
ADD_TYPES = "INSERT INTO django_content_type (app_label, model) VALUES {rows} ON CONFLICT DO NOTHING"
ADD_PERMISSIONS = """
INSERT INTO auth_permission (name, content_type_id, codename)
SELECT new.name, kind.id, new.codename FROM (VALUES {rows}) AS new (app_label, model, codename, name)
  JOIN django_content_type AS kind ON kind.app_label = new.app_label AND kind.model = new.model
    ON CONFLICT DO NOTHING
"""


@dataclass
class Heard:
    """The rows that came with the migrations, as SQL; empty until they have all been run."""

    sql: str = ""


@contextmanager
def listen(connection: Any, migrations: Sequence[Migration]) -> Iterator[Heard]:
    """Send Django's signals around migrations of the current schema, and hear what they add."""
    heard = Heard()
    if not migrations:
        yield heard
        return
    # Before: a renamed model gets an operation of its own that renames its content type.
    plan = [(migration, False) for migration in migrations]
    emit_pre_migrate_signal(verbosity=0, interactive=False, db=DEFAULT_DB_ALIAS, plan=plan)
    before = _rows(connection, TYPES), _rows(connection, PERMISSIONS)
    yield heard
    add_rows()
    after = _rows(connection, TYPES), _rows(connection, PERMISSIONS)
    statements = [
        _insert(ADD_TYPES, [row for row in after[0] if row not in set(before[0])]),
        _insert(ADD_PERMISSIONS, [row for row in after[1] if row not in set(before[1])]),
    ]
    heard.sql = ";\n".join(statement for statement in statements if statement)


def add_rows() -> None:
    """Let Django add content types and permissions to the current schema."""
    emit_post_migrate_signal(verbosity=0, interactive=False, db=DEFAULT_DB_ALIAS)


def _rows(connection: Any, query: str) -> list[tuple[str, ...]]:
    if "django_content_type" not in connection.introspection.table_names():
        return []
    with connection.cursor() as cursor:
        cursor.execute(query)
        return [tuple(row) for row in cursor.fetchall()]


def _insert(statement: str, rows: list[tuple[str, ...]]) -> str:
    if not rows:
        return ""
    values = sql.SQL(", ").join(
        sql.SQL("({})").format(sql.SQL(", ").join(sql.Literal(value) for value in row)) for row in rows
    )
    return sql.SQL(statement).format(rows=values).as_string(None)
