"""A real site for rough visitors: a copy of the suite's database behind web server, relay and mail sink."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from tempfile import mkdtemp
from urllib.parse import urlsplit

from deploy.local.layout import ROOT
from deploy.local.ports import free_port
from madoguchi.testing import database
from madoguchi.testing.poolers import pgbouncer

PATIENCE_SECONDS = 60
# Databases of Valkey for runs like this, so that every key in one was made by its run.
VALKEY_DATABASES = range(9, 16)


@dataclass(frozen=True)
class Site:
    """What a run needs to know of the programs it visits."""

    port: int
    folder: Path
    database_url: str
    owner_url: str
    valkey_url: str

    @property
    def log(self) -> Path:
        """Name the log of the web server."""
        return self.folder / "web.log"

    @property
    def mail(self) -> Path:
        """Name the folder of caught mails."""
        return self.folder / "mail"

    def logged(self) -> str:
        """Read everything that the programs wrote."""
        written = [path.read_text(encoding="utf-8", errors="replace") for path in self.folder.glob("*.log")]
        return "\n".join(written)


@contextmanager
def stage(*, pooler_size: int = 0) -> Iterator[Site]:
    """Copy the database, point this process to it, and set Django up; with a size, through PgBouncer."""
    names = database.databases()
    database.ensure_filled(names)
    database.copy_for_worker(names)
    folder = Path(mkdtemp(prefix="madoguchi-fuzz-"))
    (folder / "mail").mkdir(mode=0o700)
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        stack.callback(database.drop_copy, names)
        environment = names.environment(names.own)
        valkey = urlsplit(os.environ.get("MADOGUCHI_VALKEY_URL", "redis://127.0.0.1:6379/0"))
        environment |= {
            "DJANGO_SETTINGS_MODULE": "tests.fuzz.settings",
            "PORT": str(free_port()),
            "MADOGUCHI_VALKEY_URL": valkey._replace(
                path=f"/{VALKEY_DATABASES[os.getpid() % len(VALKEY_DATABASES)]}"
            ).geturl(),
            "MADOGUCHI_VAR": str(folder / "var"),
            "MADOGUCHI_JOURNAL": str(folder / "journal"),
            "MADOGUCHI_SMTP_PORT": str(free_port()),
            "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "platform"))),
        }
        os.environ.update(environment)
        site = _describe(folder, environment)
        _set_up(site)
        if pooler_size:
            address = stack.enter_context(
                pgbouncer(url=environment["MADOGUCHI_DATABASE_URL"], size=pooler_size)
            )
            os.environ |= {
                "MADOGUCHI_DATABASE_URL": address,
                "MADOGUCHI_POOLER": "transaction",
                "MADOGUCHI_PREPARES_STATEMENTS": "no",
            }
        yield site


def _describe(folder: Path, environment: dict[str, str]) -> Site:
    return Site(
        port=int(environment["PORT"]),
        folder=folder,
        database_url=environment["MADOGUCHI_DATABASE_URL"],
        owner_url=environment["MADOGUCHI_OWNER_DATABASE_URL"],
        valkey_url=environment["MADOGUCHI_VALKEY_URL"],
    )


def _set_up(site: Site) -> None:
    import django
    import redis

    django.setup()
    redis.Redis.from_url(site.valkey_url).flushdb()


@contextmanager
def serving(site: Site, *, processes: int = 2, threads: int = 4, with_mail: bool = False) -> Iterator[None]:
    """Run the web server, and with mail also the relay and the sink, until the block ends."""
    from django.db import connections

    connections.close_all()
    commands = {"web": _granian(site.port, processes, threads)}
    if with_mail:
        sink = ("--port", os.environ["MADOGUCHI_SMTP_PORT"], "--folder", str(site.mail))
        commands |= {
            "smtp": ("-m", "deploy.local.smtp_sink", *sink),
            "relay": (str(ROOT / "manage.py"), "relay"),
        }
    with ExitStack() as stack:
        for name, command in commands.items():
            stack.enter_context(_running(site.folder / f"{name}.log", command))
        _wait(site)
        yield


def _granian(port: int, processes: int, threads: int) -> tuple[str, ...]:
    return (
        *("-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)),
        *("--workers", str(processes), "--blocking-threads", str(threads), "--backlog", "2048", "--no-ws"),
        *("--log-level", "warning", "deploy.wsgi:application"),
    )


@contextmanager
def _running(log: Path, command: tuple[str, ...]) -> Iterator[None]:
    with log.open("ab") as file:
        process = subprocess.Popen(
            (sys.executable, *command), cwd=ROOT, stdout=file, stderr=subprocess.STDOUT
        )
        try:
            yield
        finally:
            process.terminate()
            try:
                process.wait(PATIENCE_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()


def _wait(site: Site) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        connection = HTTPConnection("127.0.0.1", site.port, timeout=10)
        try:
            connection.request("GET", "/booking/", headers={"Host": "midori.localhost"})
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.2)
        finally:
            connection.close()
    raise TimeoutError(f"the site did not start:\n{site.logged()[-3_000:]}")
