"""A real site for a browser: web, relay, worker and mail sink on a fresh copy of the suite's database.

``python -m tests.journeys.site`` keeps one running for a look around.
"""

import email
import email.policy
import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field, replace
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import psycopg
from valkey import Valkey

from madoguchi.testing import database

ROOT = Path(__file__).resolve().parents[2]
PROFILE = ROOT / "deploy" / "local" / "cities" / "kurume.toml"
OPERATORS = ROOT / "deploy" / "local" / "operators.toml"
FURNISHING = "tests.pages.furnishing"
TODAY = """
    UPDATE c_402036.card_reservation_slot SET
        starts_at = date_trunc('minute', now()), ends_at = date_trunc('minute', now()) + interval '30 min',
        day = (now() AT TIME ZONE 'Asia/Tokyo')::date
    WHERE id = (SELECT slot_id FROM c_402036.card_reservation_booking WHERE id = %s)
"""
STARTS_WITHIN_SECONDS = 60
MAIL_WITHIN_SECONDS = 30
# What a Valkey offers beside the first, which the suite itself works in.
VALKEY_DATABASES = range(1, 16)


@dataclass(frozen=True)
class Site:
    """One running city and the mails it sent."""

    port: int
    folder: Path
    environment: dict[str, str] = field(default_factory=dict)

    def run(self, module: str, *arguments: str) -> str:
        """run a module of ours inside this site and return what it prints."""
        done = subprocess.run(
            [sys.executable, "-m", module, *arguments],
            cwd=ROOT,
            env={**os.environ, **self.environment},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, f"{module} failed:\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def bring_to_today(self, booking: str) -> None:
        """move the slot of a booking to this hour: what happens on the day happens on a closed day, too."""
        with psycopg.connect(self.environment["MADOGUCHI_OWNER_DATABASE_URL"]) as owner:
            owner.execute(TODAY, [booking])

    def furnished(self) -> dict[str, Any]:
        """put something on every page, once, and return the keys of it."""
        kept = self.folder / "furnished.json"
        if not kept.exists():
            kept.write_text(self.run(FURNISHING), encoding="utf-8")
        found: dict[str, Any] = json.loads(kept.read_text(encoding="utf-8"))
        return found

    @property
    def resident(self) -> str:
        """name the residents' address."""
        return f"http://kurume.localhost:{self.port}"

    @property
    def operators(self) -> str:
        """name our operators' address."""
        return f"http://operators.localhost:{self.port}"

    @property
    def staff(self) -> str:
        """name the staff's address."""
        return f"http://staff.kurume.localhost:{self.port}"

    def mail_to(self, address: str, *, number: int = 1) -> EmailMessage:
        """wait for the given number of mails to an address and return the newest."""
        until = time.monotonic() + MAIL_WITHIN_SECONDS
        while time.monotonic() < until:
            found = [mail for mail in self._mails() if address in str(mail["To"])]
            if len(found) >= number:
                return found[-1]
            time.sleep(0.1)
        raise AssertionError(f"no mail number {number} to {address} within {MAIL_WITHIN_SECONDS} s")

    def _mails(self) -> list[EmailMessage]:
        return [
            email.message_from_bytes(path.read_bytes(), EmailMessage, policy=email.policy.default)
            for path in sorted((self.folder / "mail").glob("*.eml"))
        ]


def known_site(place: str) -> Site:
    """find a site that runs already by the port and the folder it told: ``port:folder``."""
    port, _, folder = place.partition(":")
    written = (Path(folder) / "environment.json").read_text(encoding="utf-8")
    return Site(port=int(port), folder=Path(folder), environment=json.loads(written))


@contextmanager
def visited_site() -> Iterator[Site]:
    """find the running site that MADOGUCHI_SITE names, or start one until the block ends."""
    running = os.environ.get("MADOGUCHI_SITE", "")
    with ExitStack() as stack:
        yield known_site(running) if running else stack.enter_context(running_site())


@contextmanager
def running_site() -> Iterator[Site]:
    """start everything a city needs, and take it away at the end."""
    names = database.databases()
    names = replace(names, own=f"{names.filled}_journey_{os.getpid()}")
    database.ensure_filled(names)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="journey-")))
        shutil.copytree(names.folder, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("journal*"))
        site = Site(port=_free_port(), folder=folder)
        broker = stack.enter_context(_own_broker())
        environment = _environment(names, site, smtp_port=_free_port(), broker=broker)
        site.environment.update(environment)
        (folder / "environment.json").write_text(json.dumps(environment), encoding="utf-8")
        stack.callback(database.drop_copy, names)
        with _alone(names):
            database.copy_for_worker(names)
            _make_city(environment)
        for name, command in _programs(environment).items():
            chosen = _as_owner(environment) if name == "provision" else environment
            stack.enter_context(_running(name, command, chosen, folder))
        _wait_for(site)
        yield site


@contextmanager
def _own_broker() -> Iterator[str]:
    """hold a Valkey database that no other site on this machine has: its worker would take our tasks."""
    server = os.environ["MADOGUCHI_VALKEY_URL"].rpartition("/")[0]
    port = server.rpartition(":")[2]
    for number in VALKEY_DATABASES:
        with (Path(tempfile.gettempdir()) / f"madoguchi-site-{port}-{number}.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            with closing(Valkey.from_url(f"{server}/{number}")) as own:
                own.flushdb()
            yield f"{server}/{number}"
            return
    raise AssertionError("every database of Valkey belongs to another site")


def _environment(names: database.Databases, site: Site, *, smtp_port: int, broker: str) -> dict[str, str]:
    folder = site.folder
    return {
        **os.environ,
        **names.environment(names.own),
        "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "platform"))),
        "DJANGO_SETTINGS_MODULE": "tests.journeys.settings",
        "MADOGUCHI_DATABASE_MODE": "app",
        "MADOGUCHI_VAR": str(folder),
        "MADOGUCHI_KEY_STORE": str(folder / "keys"),
        "MADOGUCHI_KEY_FILE": str(folder / "wrapping.key"),
        "MADOGUCHI_JOURNAL": str(folder / "journal"),
        "MADOGUCHI_VALKEY_URL": broker,
        "MADOGUCHI_SMTP_HOST": "127.0.0.1",
        "MADOGUCHI_SMTP_PORT": str(smtp_port),
        "PORT": str(site.port),
    }


@contextmanager
def _alone(names: database.Databases) -> Iterator[None]:
    """let one worker at a time make its city: roles belong to the whole server."""
    with (names.folder / "journeys.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _make_city(environment: dict[str, str]) -> None:
    for command in (["create_operators", str(OPERATORS)], ["create_city", str(PROFILE)]):
        done = subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT,
            env=_as_owner(environment),
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, f"{command[0]} failed:\n{done.stdout}\n{done.stderr}"


def _as_owner(environment: dict[str, str]) -> dict[str, str]:
    return {**environment, "MADOGUCHI_DATABASE_MODE": "owner"}


def _programs(environment: dict[str, str]) -> dict[str, list[str]]:
    python = sys.executable
    granian = [python, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port"]
    return {
        "smtp": [
            *(python, "-m", "deploy.local.smtp_sink", "--port", environment["MADOGUCHI_SMTP_PORT"]),
            *("--folder", str(Path(environment["MADOGUCHI_VAR"]) / "mail")),
        ],
        "relay": [python, "manage.py", "relay"],
        "provision": [python, "manage.py", "provision"],
        "worker": [
            *(python, "-m", "celery", "-A", "deploy.celery", "worker", "--pool", "solo"),
            *("--without-gossip", "--without-mingle", "--loglevel", "info"),
        ],
        "web": [
            *granian,
            environment["PORT"],
            "--workers",
            "1",
            "--blocking-threads",
            "4",
            "deploy.wsgi:application",
        ],
    }


@contextmanager
def _running(name: str, command: list[str], environment: dict[str, str], folder: Path) -> Iterator[None]:
    with (folder / f"{name}.log").open("wb") as log:
        child = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
        )
        try:
            yield
        finally:
            _end(child)


def _end(child: subprocess.Popen[bytes]) -> None:
    for how in (signal.SIGTERM, signal.SIGKILL):
        if child.poll() is None:
            os.killpg(child.pid, how)
            try:
                child.wait(10)
            except subprocess.TimeoutExpired:
                continue


def _wait_for(site: Site) -> None:
    until = time.monotonic() + STARTS_WITHIN_SECONDS
    while time.monotonic() < until:
        request = urllib.request.Request(
            f"http://127.0.0.1:{site.port}/booking/", headers={"Host": f"kurume.localhost:{site.port}"}
        )
        try:
            with urllib.request.urlopen(request, timeout=5):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    raise AssertionError(f"the site did not start:\n{(site.folder / 'web.log').read_text()[-4000:]}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def main() -> None:
    """keep a site running until Ctrl-C."""
    with running_site() as site:
        print(f"{site.resident}\n{site.staff}\nMADOGUCHI_SITE={site.port}:{site.folder}", flush=True)
        try:
            signal.pause()
        except KeyboardInterrupt:
            return


if __name__ == "__main__":
    main()
