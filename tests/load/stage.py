"""The stage of a benchmark: durable servers of its own, one city, and a web server to be measured."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

from deploy.local.environment import for_app, for_owner, make_environment
from deploy.local.layout import ROOT, Layout
from deploy.local.servers import open_broker, open_database
from deploy.local.supervisor import Supervisor

CITY = ROOT / "platform/madoguchi/testing/cities/home.toml"
HOST = "midori.localhost"
PATIENCE_SECONDS = 60


@dataclass(frozen=True)
class Stage:
    """What a benchmark runs against."""

    environment: dict[str, str]
    programs: Path
    port: int
    log: Path

    @property
    def server_address(self) -> tuple[str, int]:
        """Tell where the web server listens."""
        return "127.0.0.1", self.port


@contextmanager
def stage() -> Iterator[Stage]:
    """Start PostgreSQL with every guarantee on, Valkey, and a city; stop and forget them at the end."""
    layout = Layout(var=ROOT / "var" / f"load-{os.getpid()}")
    layout.make()
    supervisor = Supervisor()
    try:
        database = open_database(layout=layout)
        supervisor.adopt(database.child)
        broker = open_broker(layout=layout)
        supervisor.adopt(broker.child)
        port = free_port()
        environment = make_environment(
            layout=layout, database=database, broker=broker, port=port, smtp_port=free_port()
        ) | {"DJANGO_SETTINGS_MODULE": "tests.load.settings"}
        _prepare(environment)
        os.environ.update(for_app(environment))
        os.environ["MADOGUCHI_ADMIN_DATABASE_URL"] = environment["MADOGUCHI_ADMIN_DATABASE_URL"]
        yield Stage(
            environment=environment, programs=database.programs, port=port, log=layout.logs / "web.log"
        )
    finally:
        supervisor.stop()
        shutil.rmtree(layout.var, ignore_errors=True)


@dataclass(frozen=True)
class Service:
    """A web application to be measured: whose Python runs it, with what, and a page that it must answer."""

    python: str
    application: str
    environment: Mapping[str, str]
    folder: Path
    port: int
    log: Path
    host: str
    page: str


@contextmanager
def web(staged: Stage, *, workers: int, threads: int, settings: str = "") -> Iterator[None]:
    """Serve the site the way bin/up does; other settings make another site of it."""
    other = {"DJANGO_SETTINGS_MODULE": settings} if settings else {}
    service = Service(
        python=sys.executable,
        application="deploy.wsgi:application",
        environment=for_app(staged.environment) | other,
        folder=ROOT,
        port=staged.port,
        log=staged.log,
        host=HOST,
        page="/booking/",
    )
    with serve(service, workers=workers, threads=threads):
        yield


@contextmanager
def serve(service: Service, *, workers: int, threads: int) -> Iterator[None]:
    """Serve an application: the same server with the same words for us and for a peer."""
    command = (
        *(service.python, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1"),
        *("--port", str(service.port), "--workers", str(workers), "--blocking-threads", str(threads)),
        *("--backlog", "2048", "--backpressure", "4096", "--no-ws"),
        *("--log-level", "warning", service.application),
    )
    print("web:", " ".join(command[1:]), flush=True)
    with service.log.open("ab") as log:
        process = subprocess.Popen(
            command, cwd=service.folder, env=service.environment, stdout=log, stderr=subprocess.STDOUT
        )
    try:
        _wait_until_it_answers(service)
        yield
    finally:
        process.terminate()
        process.wait(PATIENCE_SECONDS)


def _prepare(environment: dict[str, str]) -> None:
    for command in (
        ["prepare_database"],
        ["migrate_public"],
        ["build_template"],
        ["create_operators"],
        ["create_city", str(CITY)],
    ):
        subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT,
            env=for_owner(environment),
            check=True,
            stdout=subprocess.DEVNULL,
        )


def _wait_until_it_answers(service: Service) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        try:
            connection = HTTPConnection("127.0.0.1", service.port, timeout=5)
            connection.request("GET", service.page, headers={"Host": service.host})
            if connection.getresponse().status == 200:
                return
        except OSError:
            pass
        time.sleep(0.2)
    last_words = service.log.read_text(encoding="utf-8", errors="replace")[-2_000:]
    raise TimeoutError(f"the web server did not answer:\n{last_words}")


def free_port() -> int:
    """Find a port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
