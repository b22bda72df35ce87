"""pretix beside our site: its database on the stage's server, its event, and its web server."""

import json
import os
import secrets
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from tests.load.stage import Service, Stage, free_port

VARIABLE = "MADOGUCHI_PRETIX_PYTHON"
SCRIPT = Path(__file__).with_name("pretix_event.py")
KEPT = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH")
# Of the sixteen that a Valkey has, none that ours uses.
CACHE, QUEUE = 14, 15
VERSIONS = (
    "from importlib.metadata import version; import granian;"
    " print('pretix', version('pretix'), 'on Django', version('django'))"
)
MUST_BE_ZERO = {
    "over its quota": (
        "SELECT count(*) FROM pretixbase_quota AS quota WHERE size < ("
        " SELECT count(*) FROM pretixbase_orderposition AS position"
        "   JOIN pretixbase_order AS made ON made.id = position.order_id"
        "   JOIN pretixbase_quota_items AS limited ON limited.item_id = position.item_id"
        "  WHERE limited.quota_id = quota.id AND NOT position.canceled AND made.status <> 'c')"
    ),
    "orders without one position": (
        "SELECT count(*) FROM pretixbase_order AS made WHERE 1 <>"
        " (SELECT count(*) FROM pretixbase_orderposition WHERE order_id = made.id)"
    ),
}


class MissingPeer(RuntimeError):
    """The peer is not installed on this machine."""


@dataclass(frozen=True)
class Peer:
    """A pretix with one event: where it listens, who may order, what, and where its orders lie."""

    service: Service
    database_url: str
    token: str
    items: tuple[int, ...]

    @property
    def address(self) -> tuple[str, int]:
        """Tell where its web server listens."""
        return "127.0.0.1", self.service.port


def find_peer() -> tuple[str, str]:
    """Find the Python that has pretix, and what it calls itself.

    Raises MissingPeer where nobody named one, or where it has no pretix.
    """
    python = os.environ.get(VARIABLE, "")
    if not python:
        raise MissingPeer(f"pretix is not installed: {VARIABLE} names no Python that has it.")
    try:
        asked = subprocess.run([python, "-I", "-c", VERSIONS], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise MissingPeer(
            f"pretix is not installed: {python} of {VARIABLE} cannot import it: {error}"
        ) from error
    return python, asked.stdout.strip()


@contextmanager
def peer(staged: Stage, *, python: str, items: int, room: int, hot_room: int) -> Iterator[Peer]:
    """Make pretix a database of its own on the server of the stage, and an event; forget them at the end."""
    with TemporaryDirectory() as folder, _database(staged) as database_url:
        port = free_port()
        environment = _environment(staged, database_url, Path(folder), port)
        _run(python, ["-m", "pretix", "migrate", "--verbosity", "0"], environment, folder)
        numbers = [str(number) for number in (items, room, hot_room)]
        event = json.loads(_run(python, ["-I", str(SCRIPT), *numbers], environment, folder).splitlines()[-1])
        service = Service(
            python=python,
            application="pretix.wsgi:application",
            environment=environment,
            folder=Path(folder),
            port=port,
            log=staged.log.with_name("pretix.log"),
            host=f"127.0.0.1:{port}",
            page="/healthcheck/",
        )
        yield Peer(service, database_url, event["token"], tuple(event["items"]))


def empty_peer(found: Peer) -> None:
    """Take every order away, as is done with our bookings."""
    with psycopg.connect(found.database_url, autocommit=True) as owner:
        owner.execute("TRUNCATE pretixbase_order, pretixbase_logentry CASCADE")
        owner.execute("VACUUM ANALYZE pretixbase_order")


def wrong_orders(found: Peer, *, expected: int) -> int:
    """Count what must be zero in pretix's database, and the orders it confirmed that are not there."""
    with psycopg.connect(found.database_url) as owner:
        counts = {name: _number(owner, query) for name, query in MUST_BE_ZERO.items()}
        made = _number(owner, "SELECT count(*) FROM pretixbase_order")
    counts["lost"] = expected - made
    print(
        f"verified: {made} orders,",
        ", ".join(f"{count} {name}" for name, count in counts.items()),
        flush=True,
    )
    return sum(abs(count) for count in counts.values())


@contextmanager
def _database(staged: Stage) -> Iterator[str]:
    admin_url = staged.environment["MADOGUCHI_ADMIN_DATABASE_URL"]
    name, password = f"pretix_load_{os.getpid()}", secrets.token_hex(16)
    known = {"name": sql.Identifier(name), "password": sql.Literal(password)}
    with psycopg.connect(admin_url, autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE ROLE {name} LOGIN PASSWORD {password}").format(**known))
        admin.execute(sql.SQL("CREATE DATABASE {name} OWNER {name}").format(**known))
    try:
        parts = urlsplit(admin_url)
        place = parts.netloc.rpartition("@")[2]
        yield parts._replace(netloc=f"{name}:{password}@{place}", path=f"/{name}").geturl()
    finally:
        with psycopg.connect(admin_url, autocommit=True) as admin:
            admin.execute(sql.SQL("DROP DATABASE {name} WITH (FORCE)").format(**known))
            admin.execute(sql.SQL("DROP ROLE {name}").format(**known))


def _environment(staged: Stage, database_url: str, folder: Path, port: int) -> dict[str, str]:
    """Write its settings: PostgreSQL, and Valkey as its cache and queue, as its manual has it."""
    parts = urlsplit(database_url)
    broker = staged.environment["MADOGUCHI_VALKEY_URL"].rpartition("/")[0]
    return {name: value for name, value in os.environ.items() if name in KEPT} | {
        "HOME": str(folder),
        "PRETIX_CONFIG_FILE": os.devnull,
        "PRETIX_PRETIX_DATADIR": str(folder),
        "PRETIX_PRETIX_URL": f"http://127.0.0.1:{port}",
        "PRETIX_DATABASE_BACKEND": "postgresql",
        "PRETIX_DATABASE_HOST": str(parts.hostname),
        "PRETIX_DATABASE_PORT": str(parts.port or 5432),
        "PRETIX_DATABASE_NAME": parts.path.strip("/"),
        "PRETIX_DATABASE_USER": str(parts.username),
        "PRETIX_DATABASE_PASSWORD": str(parts.password),
        "PRETIX_REDIS_LOCATION": f"{broker}/{CACHE}",
        "PRETIX_CELERY_BROKER": f"{broker}/{QUEUE}",
        "PRETIX_CELERY_BACKEND": f"{broker}/{QUEUE}",
    }


def _run(python: str, words: list[str], environment: dict[str, str], folder: str) -> str:
    done = subprocess.run(
        [python, *words], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _number(owner: psycopg.Connection[tuple[object, ...]], query: str) -> int:
    row = owner.execute(query).fetchone()
    assert row is not None
    return int(str(row[0]))
