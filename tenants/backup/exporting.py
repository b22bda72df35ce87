"""Write the backup set of one city: one snapshot of its rows, read as its own role."""

import hashlib
import os
import shutil
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from psycopg import IsolationLevel, sql
from psycopg.rows import dict_row

from madoguchi.database.base import binding_sql
from madoguchi.errors import DomainError
from madoguchi.tenancy import City
from tenants.backup import files, manifest
from tenants.backup.manifest import Manifest, SequenceValue, TableFile

Session = psycopg.Connection[tuple[Any, ...]]

PUBLIC = {
    "tenants_city": "SELECT to_jsonb(row) FROM tenants_city AS row WHERE uuid = %(uuid)s",
    "tenants_domain": "SELECT to_jsonb(row) FROM tenants_domain AS row WHERE tenant_id = %(uuid)s",
    "tenants_pluginswitch": "SELECT to_jsonb(row) FROM tenants_pluginswitch AS row WHERE city_id = %(uuid)s",
    "tenants_contract": "SELECT to_jsonb(row) FROM tenants_contract AS row WHERE city_id = %(uuid)s",
    "tenants_bookingdatachoice": (
        "SELECT to_jsonb(row) FROM tenants_bookingdatachoice AS row WHERE city_id = %(uuid)s"
    ),
}
COLUMNS = """
SELECT tables.relname, array_agg(columns.attname::text ORDER BY columns.attname)
  FROM pg_class AS tables JOIN pg_attribute AS columns ON columns.attrelid = tables.oid
 WHERE tables.relnamespace = current_schema()::regnamespace AND tables.relkind = 'r'
   AND columns.attnum > 0 AND NOT columns.attisdropped AND columns.attgenerated = ''
 GROUP BY tables.relname ORDER BY tables.relname
"""
SEQUENCES = """
SELECT relname FROM pg_class
 WHERE relnamespace = current_schema()::regnamespace AND relkind = 'S' ORDER BY relname
"""
MIGRATIONS = "django_migrations"


class FolderInUse(DomainError):
    """A backup set is never written over another."""

    code = "folder_in_use"

    def __str__(self) -> str:
        return f"{self.details.get('folder')} exists already: nothing was written"


def export_city(*, city: City, folder: Path, now: datetime) -> Manifest:
    """Write a city's rows and files into a new folder: all of them, or no folder.

    Sealed values stay sealed, and no key is written. Raises FolderInUse.
    """
    if folder.exists():
        raise FolderInUse(folder=folder)
    draft = folder.with_name(f".{folder.name}.draft.{os.getpid()}")
    draft.mkdir(mode=0o700, parents=True)
    (draft / "tables").mkdir()
    try:
        written = _write(city, draft, now)
        draft.rename(folder)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    return written


def _write(city: City, folder: Path, now: datetime) -> Manifest:
    url = settings.MADOGUCHI["DATABASE_URL"]
    with psycopg.connect(url, row_factory=dict_row) as beside:
        public = {table: _rows(beside, question, city) for table, question in PUBLIC.items()}
    with psycopg.connect(url) as session:
        session.isolation_level, session.read_only = IsolationLevel.REPEATABLE_READ, True
        session.execute(binding_sql(city.schema_name).encode())
        read_from_the_start(session)
        found = Manifest(
            code=city.code,
            uuid=str(city.uuid),
            name=city.name,
            schema_name=city.schema_name,
            exported_at=now.isoformat(),
            server_version=session.info.server_version,
            migrations=migrations(session),
            tables=[copy_out(session, name, names, folder) for name, names in columns(session).items()],
            sequences=_sequences(session),
            public=public,
            media=_copy_media(city, folder),
        )
    # After the snapshot, which holds back the cleaning of tables as long as it is open.
    manifest.settle(folder)
    manifest.write(found, folder)
    return found


def _rows(beside: "psycopg.Connection[dict[str, Any]]", question: str, city: City) -> list[dict[str, Any]]:
    found = beside.execute(question, {"uuid": city.uuid}).fetchall()
    return [row["to_jsonb"] for row in found]


def columns(session: Session) -> Mapping[str, Sequence[str]]:
    """List the tables of the schema in sight with their columns, but for the record of migrations."""
    return {name: names for name, names in session.execute(COLUMNS).fetchall() if name != MIGRATIONS}


def migrations(session: Session) -> list[str]:
    """List which migrations the schema in sight has been through."""
    found = session.execute("SELECT app || '.' || name FROM django_migrations").fetchall()
    return sorted(name for (name,) in found)


def read_from_the_start(session: Session) -> None:
    """Read every table in its own order, or equal tables would have different hashes."""
    session.execute("SET LOCAL synchronize_seqscans = off")


def copy_out(session: Session, table: str, names: Sequence[str], folder: Path | None) -> TableFile:
    """Read a table by COPY and hash it; with a folder, keep the rows in a file there."""
    statement = sql.SQL("COPY {} ({}) TO STDOUT").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, names))
    )
    digest = hashlib.sha256()
    file = None
    with session.cursor() as cursor:
        with cursor.copy(statement) as rows:
            for chunk in rows:
                digest.update(chunk)
                if folder is not None:
                    file = file or manifest.table_file(folder, table).open("xb")
                    file.write(chunk)
        count = cursor.rowcount
    if file is not None:
        file.close()
    return TableFile(name=table, columns=list(names), rows=count, sha256=digest.hexdigest())


def _sequences(session: Session) -> list[SequenceValue]:
    found = []
    for (name,) in session.execute(SEQUENCES).fetchall():
        question = sql.SQL("SELECT last_value, is_called FROM {}").format(sql.Identifier(name))
        row = session.execute(question).fetchone()
        assert row is not None
        found.append(SequenceValue(name=name, last_value=row[0], is_called=row[1]))
    return found


def _copy_media(city: City, folder: Path) -> dict[str, str]:
    target = manifest.media_folder(folder)
    files.take_along(city, to=target)
    found = sorted(path for path in target.rglob("*") if path.is_file())
    return {str(path.relative_to(target)): manifest.hash_of(path) for path in found}
