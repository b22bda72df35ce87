"""Give a city its data back in a form that it can read without us: opened, as CSV, with the files."""

import csv
import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import connection
from psycopg import sql

from madoguchi.hooks.registry import plugins
from madoguchi.ledger import vault
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import Actor
from madoguchi.ledger.vault.rotation import SealedColumn, sealed_columns
from madoguchi.tenancy import City, in_city
from madoguchi.web.tables.files import guarded
from tenants.backup import files, manifest
from tenants.backup.exporting import FolderInUse, export_city
from tenants.offboarding.declarations import OBJECT, RETURNED
from tenants.offboarding.describing import describe

# What the machine needs and nobody reads: sessions, migrations, passwords, links.
LEFT_OUT = ("django_", "auth_", "axes_", "wagtail", "taggit_", "cms_", "outbox_")
SECRETS = frozenset({"password", "session_stamp", "token_hash", "digest", "used_by"})
NAMES = """
SELECT relname FROM pg_class
 WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r' ORDER BY relname
"""


@dataclass(frozen=True, kw_only=True)
class Returned:
    """How much was written for the city."""

    tables: int
    rows: int
    files: int


def return_city(*, city: City, folder: Path, actor: Actor, now: datetime) -> Returned:
    """Write all rows of a city opened, as CSV with hashes and a description, its files, its set: or nothing.

    The set in the folder is sealed: from it an installation that holds the key makes the city again. Whoever
    reads the rest reads everybody's data. Raises FolderInUse.
    """
    if folder.exists():
        raise FolderInUse(folder=folder)
    draft = folder.with_name(f".{folder.name}.draft.{os.getpid()}")
    draft.mkdir(mode=0o700, parents=True)
    try:
        with in_city(city):
            counts = {name: _write_table(name, draft) for name in _names()}
            copied = files.take_along(city, to=draft / "media")
            _open_sealed(draft / "media")
            done = Returned(tables=len(counts), rows=sum(counts.values()), files=copied)
            _list(city, draft, counts, now=now)
            described = describe(tables=counts, left_out=SECRETS)
            manifest.write_file(draft / "schema.json", _json(described).encode())
            audit.record(
                actor=actor,
                action=RETURNED,
                object_type=OBJECT,
                object_ids=[city.code],
                details={"rows": done.rows, "files": done.files},
                now=now,
            )
        export_city(city=city, folder=draft / "set", now=now)
        draft.rename(folder)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    return done


def _names() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(NAMES)
        return [name for (name,) in cursor.fetchall() if not name.startswith(LEFT_OUT)]


def _write_table(name: str, folder: Path) -> int:
    sealed = {column.column: column for column in sealed_columns() if column.table == name}
    path = folder / f"{name}.csv"
    count = 0
    with (
        os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", newline="") as file,
        connection.cursor() as cursor,
    ):
        cursor.execute(sql.SQL("SELECT * FROM {}").format(sql.Identifier(name)))
        columns = [column.name for column in cursor.description]
        kept = [column for column in columns if column not in SECRETS]
        file.write("\ufeff")
        writer = csv.writer(file)
        writer.writerow(kept)
        for values in _rows(cursor):
            row = dict(zip(columns, values, strict=True))
            writer.writerow(guarded(_cell(column, row[column], row, sealed)) for column in kept)
            count += 1
    return count


def _rows(cursor: Any) -> Iterator[Sequence[Any]]:
    while rows := cursor.fetchmany(1_000):
        yield from rows


def _cell(key: str, value: Any, row: Mapping[str, Any], sealed: Mapping[str, SealedColumn]) -> str:
    if value is None:
        return ""
    if key in sealed and bytes(value):
        column = sealed[key]
        owner = row[column.row]
        opened = vault.open_sealed(sealed=bytes(value), place=column.place, row=UUID(str(owner)))
        return json.dumps(opened, ensure_ascii=False)
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


def _open_sealed(folder: Path) -> None:
    """Lay files that were encrypted one by one beside the others as they can be read."""
    for _plugin, sealed in plugins.declared_by("sealed_files"):
        for opened in sealed.opened():
            path = files.inside(folder, opened.name)
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            manifest.write_file(path, opened.content)
            files.inside(folder, opened.stored_as).unlink(missing_ok=True)


def _list(city: City, folder: Path, counts: Mapping[str, int], *, now: datetime) -> None:
    content = {
        "city": {"code": city.code, "name": city.name},
        "made_at": now.isoformat(),
        "tables": {
            name: {"rows": rows, "sha256": manifest.hash_of(folder / f"{name}.csv")}
            for name, rows in counts.items()
        },
    }
    manifest.write_file(folder / "contents.json", _json(content).encode())


def _json(content: Mapping[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, indent=1)
