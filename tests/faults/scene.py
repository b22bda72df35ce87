"""A whole site whose programs may be killed: durable servers, web, relay and a mail sink."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException

from deploy.local.children import Child
from deploy.local.environment import for_app, for_owner, make_environment
from deploy.local.layout import ROOT, Layout
from deploy.local.ports import free_port
from deploy.local.programs import list_programs
from deploy.local.servers import open_broker, open_database
from deploy.local.supervisor import Supervisor

CITY = ROOT / "platform/madoguchi/testing/cities/home.toml"
HOST = "midori.localhost"
PROGRAMS = ("web", "smtp", "relay")
VICTIMS = ("web", "relay", "postgres")
PATIENCE_SECONDS = 90
BEAT_SECONDS = 0.05


@dataclass
class Scene:
    """The running programs and who may die."""

    layout: Layout
    port: int
    supervisor: Supervisor = field(default_factory=Supervisor)

    def kill(self, name: str) -> None:
        """End a program without a word, in the middle of whatever it does."""
        pid = self._child(name).pid
        if pid is not None:
            os.kill(pid, signal.SIGKILL)

    def watch(self, seconds: float) -> None:
        """Start again what died, soon and always after the same pause."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self.supervisor.watch_once()
            for child in self.supervisor.children:
                child.deaths = 0
            time.sleep(BEAT_SECONDS)

    def watch_until(self, is_so: Callable[[], bool]) -> bool:
        """Keep watch until something holds; tell whether it came to hold in time."""
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until:
            if is_so():
                return True
            self.watch(0.2)
        return False

    def answers(self) -> bool:
        """Tell whether the city's booking page, which reads the database, is there."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/booking/", headers={"Host": HOST})
            return connection.getresponse().status == 200
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()

    def _child(self, name: str) -> Child:
        return next(child for child in self.supervisor.children if child.program.name == name)


@contextmanager
def scene() -> Iterator[Scene]:
    """Start everything, make one city, and take it all away at the end."""
    layout = Layout(var=ROOT / "var" / f"faults-{os.getpid()}")
    layout.make()
    running = Scene(layout=layout, port=free_port())
    try:
        _start(running)
        yield running
    finally:
        running.supervisor.stop()
        shutil.rmtree(layout.var, ignore_errors=True)


def _start(running: Scene) -> None:
    database = open_database(layout=running.layout)
    running.supervisor.adopt(database.child)
    broker = open_broker(layout=running.layout)
    running.supervisor.adopt(broker.child)
    if database.child is None:
        raise SystemExit("DATABASE_URL names a server that is not ours to kill: unset it")
    environment = make_environment(
        layout=running.layout, database=database, broker=broker, port=running.port, smtp_port=free_port()
    ) | {"DJANGO_SETTINGS_MODULE": "tests.load.settings"}
    _prepare(environment)
    programs = list_programs(layout=running.layout, environment=environment)
    running.supervisor.start([program for program in programs if program.name in PROGRAMS])
    os.environ.update(for_app(environment))
    os.environ["MADOGUCHI_ADMIN_DATABASE_URL"] = environment["MADOGUCHI_ADMIN_DATABASE_URL"]
    if not running.watch_until(running.answers):
        raise TimeoutError("the site did not start")


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
