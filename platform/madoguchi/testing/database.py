"""The suite's databases: one migrated, one with cities, and a copy for every worker.

A copy takes half a second, so tests with real commits simply get a new one.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from madoguchi.testing import sources

ADMIN_VARIABLE = "MADOGUCHI_TEST_ADMIN_URL"
# A database with cities that somebody else prepared: a copy of the suite's, with one more plugin.
SOURCE_VARIABLE = "MADOGUCHI_TEST_SOURCE"
OWNER, APP, PASSWORD = "madoguchi_test_owner", "madoguchi_test_app", "testing-only"
CITIES = Path(__file__).parent / "cities"
BUILD_LOCK = 7_310_001


@dataclass(frozen=True)
class Databases:
    """The names of one worker's databases on the suite's server."""

    admin_url: str
    migrated: str
    filled: str
    own: str

    def url(self, login: str, database: str) -> str:
        """Write the address of a database for one login."""
        parts = urlsplit(self.admin_url)
        place = f"{parts.hostname}:{parts.port or 5432}"
        return f"postgresql://{login}:{PASSWORD}@{place}/{database}"

    @property
    def folder(self) -> Path:
        """The folder of keys and dumps that belong to the cities of the suite."""
        if os.environ.get(SOURCE_VARIABLE):
            return Path(os.environ["MADOGUCHI_VAR"])
        return sources.ROOT / "var" / "test" / self.filled

    @property
    def role_prefix(self) -> str:
        """How the cities' roles begin: a copy of a prepared database keeps the roles of its source."""
        if os.environ.get(SOURCE_VARIABLE):
            return os.environ["MADOGUCHI_ROLE_PREFIX"]
        return f"{self.filled}_"

    def environment(self, database: str) -> dict[str, str]:
        """Say to a process of ours which database, keys and folders are its own."""
        return {
            "MADOGUCHI_DATABASE_URL": self.url(APP, database),
            "MADOGUCHI_OWNER_DATABASE_URL": self.url(OWNER, database),
            "MADOGUCHI_ADMIN_DATABASE_URL": self.admin_url,
            "MADOGUCHI_ROLE_PREFIX": self.role_prefix,
            "MADOGUCHI_VAR": str(self.folder),
            "MADOGUCHI_KEY_STORE": str(self.folder / "keys"),
            "MADOGUCHI_KEY_FILE": str(self.folder / "wrapping.key"),
            "DJANGO_SETTINGS_MODULE": "deploy.settings.testing",
        }


def databases() -> Databases:
    """Name the databases of this worker from the state of the code."""
    code = sources.code_key()
    admin_url = os.environ.get(ADMIN_VARIABLE, "")
    return Databases(admin_url, f"mgm_{sources.migrations_key()}", f"mgt_{code}", f"mgt_{code}_{os.getpid()}")


def ensure_filled(names: Databases) -> None:
    """Build the database with cities unless this state of the code has one; others wait meanwhile."""
    if os.environ.get(SOURCE_VARIABLE):
        return
    if not names.admin_url:
        raise RuntimeError(f"tests with a database need a server: run bin/test, or set {ADMIN_VARIABLE}")
    with _admin(names) as admin:
        # Whoever needs nothing built does not wait for somebody else's building.
        if _is_ready(admin, names.filled):
            return
        admin.execute("SELECT pg_advisory_lock(%s)", [BUILD_LOCK])
        try:
            if not _is_ready(admin, names.migrated):
                _make(admin, names.migrated, template="template0", owner_known=False)
                _run(names, names.migrated, ["prepare_database"], ["migrate_public"], ["build_template"])
                _mark_ready(admin, names.migrated)
            if not _is_ready(admin, names.filled):
                _make(admin, names.filled, template=names.migrated, owner_known=True)
                profiles = [str(path) for path in sorted(CITIES.glob("*.toml"))]
                _run(names, names.filled, ["prepare_database"], ["migrate_public"], ["create_operators"])
                _run(names, names.filled, ["create_city", *profiles])
                _mark_ready(admin, names.filled)
        finally:
            admin.execute("SELECT pg_advisory_unlock(%s)", [BUILD_LOCK])


def copy_for_worker(names: Databases) -> None:
    """Give this worker a fresh copy of the database with cities."""
    with _admin(names) as admin:
        source = os.environ.get(SOURCE_VARIABLE) or names.filled
        _make(admin, names.own, template=source, owner_known=True)


def drop_copy(names: Databases) -> None:
    """Drop this worker's copy."""
    with _admin(names) as admin:
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(names.own)))


@contextmanager
def _admin(names: Databases) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(names.admin_url, autocommit=True) as connection:
        yield connection


def _is_ready(admin: psycopg.Connection[Any], database: str) -> bool:
    row = admin.execute(
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [database]
    ).fetchone()
    return row is not None and row[0] == "ready"


def _mark_ready(admin: psycopg.Connection[Any], database: str) -> None:
    admin.execute(sql.SQL("COMMENT ON DATABASE {} IS 'ready'").format(sql.Identifier(database)))


def _make(admin: psycopg.Connection[Any], database: str, *, template: str, owner_known: bool) -> None:
    name = sql.Identifier(database)
    admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
    owner = sql.SQL("OWNER {}").format(sql.Identifier(OWNER)) if owner_known else sql.SQL("")
    locale = sql.SQL("ENCODING 'UTF8' LOCALE 'C.UTF-8'") if template == "template0" else sql.SQL("")
    admin.execute(
        sql.SQL("CREATE DATABASE {} {} TEMPLATE {} {}").format(name, owner, sql.Identifier(template), locale)
    )


def _run(names: Databases, database: str, *commands: list[str]) -> None:
    for command in commands:
        done = subprocess.run(  # noqa: S603
            [sys.executable, str(sources.ROOT / "manage.py"), *command],
            env={**os.environ, **names.environment(database), "MADOGUCHI_DATABASE_MODE": "owner"},
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise RuntimeError(f"{' '.join(command)} failed:\n{done.stdout}\n{done.stderr}")
