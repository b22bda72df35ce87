"""The database and the broker of one run: given by address, or started here."""

import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg

from deploy.local import postgres, valkey
from deploy.local.binaries import OLDEST_MAJOR, list_binaries
from deploy.local.children import Child
from deploy.local.layout import Layout
from deploy.local.trouble import Trouble

ADMIN_DATABASES = ("", "postgres", "template1")
DEFAULT_DATABASE = "madoguchi"


@dataclass(frozen=True)
class Database:
    """An administrator's way into a PostgreSQL, and the programs that fit it."""

    admin_url: str
    name: str
    programs: Path
    description: str
    child: Child | None

    def identifier(self) -> str:
        """return what tells this cluster from every other, nothing for a server not ours."""
        if self.child is None:
            return ""
        with psycopg.connect(self.admin_url) as connection:
            row = connection.execute("SELECT system_identifier FROM pg_control_system()").fetchone()
        return str(row[0]) if row else ""

    def url(self, *, user: str, password: str) -> str:
        """return the address of the platform's own database for one role."""
        parts = urlsplit(self.admin_url)
        place = parts.netloc.rpartition("@")[2]
        signed_in = f"{quote(user, safe='')}:{quote(password, safe='')}@{place}"
        return urlunsplit((parts.scheme, signed_in, f"/{self.name}", parts.query, ""))


@dataclass(frozen=True)
class Broker:
    """A Valkey and, where it is ours, the program that runs it."""

    url: str
    description: str
    child: Child | None


def open_database(*, layout: Layout, durable: bool = True) -> Database:
    """return the server that DATABASE_URL names, or start one."""
    given = os.environ.get("DATABASE_URL", "")
    if given:
        return _given_database(given)
    server = postgres.start(layout=layout, binaries=postgres.find_binaries(layout=layout), durable=durable)
    return Database(
        admin_url=server.dsn(),
        name=DEFAULT_DATABASE,
        programs=server.binaries.folder,
        description=f"PostgreSQL {server.binaries.major} ({server.binaries.source}), port {server.port}",
        child=server.child,
    )


def open_broker(*, layout: Layout) -> Broker:
    """return the Valkey that VALKEY_URL names, or start one."""
    given = os.environ.get("VALKEY_URL", "")
    if given:
        return Broker(url=given, description="Valkey of VALKEY_URL", child=None)
    server = valkey.start(layout=layout)
    return Broker(url=server.url, description=f"Valkey, port {server.port}", child=server.child)


def _given_database(address: str) -> Database:
    parts = urlsplit(address)
    if parts.scheme not in ("postgres", "postgresql"):
        raise Trouble("DATABASE_URL must look like postgresql://administrator:password@host/database")
    name = parts.path.strip("/")
    major = _server_major(address)
    return Database(
        admin_url=address,
        name=DEFAULT_DATABASE if name in ADMIN_DATABASES else name,
        programs=_programs_for(major),
        description=f"PostgreSQL {major} of DATABASE_URL",
        child=None,
    )


def _server_major(address: str) -> int:
    try:
        with psycopg.connect(address, connect_timeout=10) as connection:
            major = connection.info.server_version // 10000
            row = connection.execute(
                "SELECT rolsuper OR (rolcreaterole AND rolcreatedb) FROM pg_roles"
                " WHERE rolname = current_user"
            ).fetchone()
    except psycopg.OperationalError as error:
        raise Trouble(f"The server of DATABASE_URL cannot be reached:\n  {error}") from error
    if major < OLDEST_MAJOR:
        raise Trouble(f"The server of DATABASE_URL is PostgreSQL {major}; at least {OLDEST_MAJOR} is needed.")
    if not row or not row[0]:
        raise Trouble("The user of DATABASE_URL must be allowed to create databases and roles.")
    return major


def _programs_for(major: int) -> Path:
    fitting = sorted((one for one in list_binaries() if one.major >= major), key=lambda one: one.major)
    if not fitting:
        raise Trouble(
            f"The server of DATABASE_URL is PostgreSQL {major}, but no pg_dump of that version or"
            f" newer was found.\nInstall the client programs of PostgreSQL {major}."
        )
    return fitting[0].folder
