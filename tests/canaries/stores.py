"""Every place where something is kept, as bytes to be searched: rows, dump, WAL, logs, cache, files."""

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import redis
from django.conf import settings

from madoguchi.testing import database


@contextmanager
def stretch_of_wal() -> Iterator["psycopg.Connection[Any]"]:
    """Keep the write-ahead log from here on, whatever other databases of the server do meanwhile."""
    with psycopg.connect(database.databases().admin_url, autocommit=True) as admin:
        admin.execute(
            "SELECT pg_create_physical_replication_slot('canaries_' || pg_backend_pid(), true, true)"
        )
        admin.execute("SELECT set_config('canaries.begin', pg_walfile_name(pg_current_wal_lsn()), false)")
        yield admin


def wal_since(admin: "psycopg.Connection[Any]") -> Iterator[tuple[str, bytes]]:
    """Read the segments of the write-ahead log that were written since."""
    names = admin.execute(
        "SELECT name FROM pg_ls_waldir() WHERE name BETWEEN current_setting('canaries.begin')"
        " AND pg_walfile_name(pg_current_wal_insert_lsn()) ORDER BY name"
    ).fetchall()
    for (name,) in names:
        row = admin.execute("SELECT pg_read_binary_file('pg_wal/' || %s)", [name]).fetchone()
        assert row is not None
        yield f"WAL {name}", row[0]


def dump() -> bytes:
    """Dump the whole database as a backup does, large values and all."""
    names = database.databases()
    address = urlsplit(names.admin_url)._replace(path=f"/{names.own}").geturl()
    program = shutil.which("pg_dump", path=os.environ.get("MADOGUCHI_PG_BIN") or None) or "pg_dump"
    return subprocess.run([program, "--no-owner", address], check=True, capture_output=True).stdout


def cached() -> Iterator[tuple[str, bytes]]:
    """Read every key and value of Valkey: cache, queues and counters."""
    client: Any = redis.Redis.from_url(settings.MADOGUCHI["VALKEY_URL"])
    # A dump is compressed otherwise, and a word in which a sign stands twice would not be read in it.
    client.config_set("rdbcompression", "no")
    for key in client.scan_iter():
        yield "cache", bytes(key) + b"\n" + (client.dump(key) or b"")


def files(*folders: str | Path) -> Iterator[tuple[str, bytes]]:
    """Read every file below some folders, its name included."""
    for folder in folders:
        for path in Path(folder).rglob("*"):
            if path.is_file():
                yield str(path), path.name.encode() + b"\n" + path.read_bytes()


def server_log() -> Iterator[tuple[str, bytes]]:
    """Read the database server's own log, where it keeps one."""
    with psycopg.connect(database.databases().admin_url, autocommit=True) as admin:
        row = admin.execute("SELECT pg_current_logfile()").fetchone()
        if row is None or row[0] is None:
            return
        content = admin.execute("SELECT pg_read_binary_file(%s)", [row[0]]).fetchone()
        assert content is not None
        yield "log of the server", content[0]


def everything(*, wal: "psycopg.Connection[Any]", logs: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """Read all of it, one store at a time."""
    yield "dump", dump()
    yield from wal_since(wal)
    yield from server_log()
    yield "our logs", "\n".join(logs).encode()
    yield from cached()
    yield from files(settings.MEDIA_ROOT, settings.MADOGUCHI["JOURNAL"])
