"""Bring a city back from its backup set: into a fresh schema, compared row by row, or not at all."""

import json
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from psycopg import sql

from madoguchi import clock
from madoguchi.errors import DomainError
from madoguchi.ledger.audit import heads
from madoguchi.ledger.values import APPEND_ONLY_TABLES
from tenants.backup import exporting, files, manifest
from tenants.backup.manifest import BrokenBackup, Manifest, TableFile
from tenants.directory import directory
from tenants.models import City
from tenants.provisioning import roles, template
from tenants.provisioning.city import make_schema

IN_ORDER = (
    *("tenants_city", "tenants_domain", "tenants_pluginswitch", "tenants_contract"),
    "tenants_bookingdatachoice",
)


class SchemaInUse(DomainError):
    """A city is restored into a schema of its own that does not exist yet."""

    code = "schema_in_use"

    def __str__(self) -> str:
        return f"{self.details.get('schema')} exists already: nothing was changed"


class OtherRelease(DomainError):
    """The backup set was written by a release with other migrations."""

    code = "other_release"

    def __str__(self) -> str:
        return (
            f"restore it with the release that wrote it, then migrate; differs: {self.details.get('names')}"
        )


def restore_city(*, folder: Path, is_drill: bool = False) -> Manifest:
    """Make the schema of a city anew from its backup set, in one transaction of the owner.

    As a drill everything is done, compared and rolled back, beside a city that goes on. The city's key
    comes from the key store. Raises BrokenBackup, SchemaInUse and OtherRelease; then nothing changed.
    """
    found = manifest.read(folder)
    schema_name = f"drill_{found.code}" if is_drill else found.schema_name
    template.build_template()
    try:
        with transaction.atomic():
            _refuse_used(schema_name)
            make_schema(schema_name)
            _fill(schema_name, found, folder)
            if is_drill:
                transaction.set_rollback(True)
            else:
                _restore_public(found)
                with connection.cursor() as cursor:
                    roles.close_personal_tables(cursor, schema_name=schema_name)
                files.bring_back(
                    city=UUID(found.uuid), names=list(found.media), folder=manifest.media_folder(folder)
                )
                transaction.on_commit(directory.tell_everybody)
                transaction.on_commit(partial(heads.set_aside, city=UUID(found.uuid), now=clock.now()))
    finally:
        connection.set_schema_to_public()  # type: ignore[attr-defined]
    return found


def _refuse_used(schema_name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", [schema_name])
        if cursor.fetchone() is not None:
            raise SchemaInUse(schema=schema_name)


def _fill(schema_name: str, found: Manifest, folder: Path) -> None:
    session = connection.connection
    session.execute(sql.SQL("SET LOCAL search_path = {}").format(sql.Identifier(schema_name)))
    _refuse_other_release(found)
    here = exporting.columns(session)
    if {table.name: list(table.columns) for table in found.tables} != here:
        raise OtherRelease(names="tables or columns")
    session.execute("SET CONSTRAINTS ALL DEFERRED")
    # What the template brings along is in the backup set, too, as the city had it.
    for name in here.keys() - set(APPEND_ONLY_TABLES):
        session.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(name)))
    for table in found.tables:
        if table.rows:
            _copy_in(session, table, folder)
    session.execute("SET CONSTRAINTS ALL IMMEDIATE")
    numbered = {name for (name,) in session.execute(exporting.SEQUENCES).fetchall()}
    if {sequence.name for sequence in found.sequences} != numbered:
        raise OtherRelease(names="sequences")
    for sequence in found.sequences:
        session.execute(
            "SELECT setval(%s::regclass, %s, %s)",
            [f'"{sequence.name}"', sequence.last_value, sequence.is_called],
        )
    _compare(session, found)
    session.execute("SET LOCAL search_path = public")


def _refuse_other_release(found: Manifest) -> None:
    differ = set(found.migrations) ^ set(exporting.migrations(connection.connection))
    if differ:
        raise OtherRelease(names=", ".join(sorted(differ)[:5]))


def _copy_in(session: Any, table: TableFile, folder: Path) -> None:
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table.name), sql.SQL(", ").join(map(sql.Identifier, table.columns))
    )
    path = manifest.table_file(folder, table.name)
    with session.cursor() as cursor, cursor.copy(statement) as rows, path.open("rb") as file:
        while chunk := file.read(manifest.CHUNK):
            rows.write(chunk)


def _compare(session: Any, found: Manifest) -> None:
    exporting.read_from_the_start(session)
    for table in found.tables:
        again = exporting.copy_out(session, table.name, table.columns, None)
        if (again.rows, again.sha256) != (table.rows, table.sha256):
            raise BrokenBackup(reason=f"{table.name} did not come back as it was")


def _restore_public(found: Manifest) -> None:
    """Enter the city in the list of cities, unless it is still there."""
    if City.objects.filter(uuid=found.uuid).exists():
        return
    with connection.cursor() as cursor:
        for table in IN_ORDER:
            for row in found.public[table]:
                cursor.execute(_insert(table), [json.dumps(_without_serial(table, row))])


def _insert(table: str) -> sql.Composed:
    named = sql.Identifier("public", table)
    if table == "tenants_domain":
        return sql.SQL(
            "INSERT INTO {named} (domain, is_primary, tenant_id, zone)"
            " SELECT domain, is_primary, tenant_id, zone FROM jsonb_populate_record(NULL::{named}, %s::jsonb)"
        ).format(named=named)
    return sql.SQL(
        "INSERT INTO {named} SELECT * FROM jsonb_populate_record(NULL::{named}, %s::jsonb)"
    ).format(named=named)


def _without_serial(table: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out the number that another installation gave to a host."""
    return {key: value for key, value in row.items() if (table, key) != ("tenants_domain", "id")}
