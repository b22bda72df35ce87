"""A scratch installation: its own database of two cities, its own folder of packages, real processes."""

import http.cookiejar
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import LiteralString

import psycopg

from madoguchi.ledger.outbox.freshness import LOOK_SECONDS, PAUSE_SECONDS
from madoguchi.testing import database

ROOT = Path(__file__).resolve().parents[2]
STARTS_WITHIN_SECONDS = 60
# A process looks once a second; where a busy broker did not answer in time, five seconds later again. The
# rest is for a machine that is busy with other tests.
SEEN_WITHIN_SECONDS = LOOK_SECONDS + PAUSE_SECONDS + 20.0
CSRF = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@dataclass(frozen=True)
class Scratch:
    """One installation: where its code, its packages and its database are."""

    names: database.Databases
    code: Path
    packages: Path
    port: int

    @property
    def environment(self) -> dict[str, str]:
        """Say to its processes what is theirs."""
        here = {**os.environ, **self.names.environment(self.names.own), "PORT": str(self.port)}
        here.pop("MADOGUCHI_DATABASE_MODE", None)
        return {**here, "PYTHONPATH": str(self.packages), "MADOGUCHI_TEST_SOURCE": self.names.own}

    def run(self, *command: str, fails: bool = False) -> str:
        """Run a command in its code and give what it said."""
        done = subprocess.run(
            [*command], cwd=self.code, env=self.environment, capture_output=True, text=True, check=False
        )
        assert bool(done.returncode) == fails, f"{' '.join(command)}\n{done.stdout}\n{done.stderr}"
        return done.stdout + done.stderr

    def manage(self, *arguments: str, fails: bool = False) -> str:
        """Run one of its management commands."""
        return self.run(sys.executable, "manage.py", *arguments, fails=fails)

    def rows(self, schema_name: str, table: str) -> int:
        """Count the rows of a city's table, whoever may see them."""
        address = self.names.url(database.OWNER, self.names.own)
        with psycopg.connect(address) as connection:
            found = connection.execute(f'SELECT count(*) FROM "{schema_name}"."{table}"').fetchone()
        assert found is not None
        return int(found[0])

    def change(self, statement: LiteralString) -> None:
        """Change rows behind the platform's back."""
        with psycopg.connect(self.names.url(database.OWNER, self.names.own)) as connection:
            connection.execute(statement)

    @contextmanager
    def serving(self) -> Iterator[None]:
        """Run its web server while the block runs."""
        command = [
            *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1"),
            *("--port", str(self.port), "--workers", "2", "--no-ws", "deploy.wsgi:application"),
        ]
        log = self.packages / "web.log"
        with log.open("wb") as output:
            web = subprocess.Popen(
                command, cwd=self.code, env=self.environment, stdout=output, stderr=subprocess.STDOUT
            )
            try:
                self._wait(web, log)
                yield
            finally:
                web.terminate()
                web.wait(timeout=20)

    def visit(self, host: str, path: str, *, send: dict[str, str] = MappingProxyType({})) -> tuple[int, str]:  # type: ignore[assignment]
        """Open a page of a host, fill in its form if there is something to send, and give the answer."""
        jar = http.cookiejar.CookieJar()
        browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
        status, page = self._open(browser, host, path)
        if not send:
            return status, page
        token = CSRF.search(page)
        assert token, page
        return self._open(browser, host, path, {**send, "csrfmiddlewaretoken": token[1]})

    def sees(self, host: str, path: str, status: int) -> None:
        """Wait for the switch to be seen, in each of the server's processes."""
        deadline = time.monotonic() + SEEN_WITHIN_SECONDS
        while True:
            answers = {self.visit(host, path)[0] for _ in range(8)}
            if answers == {status}:
                return
            assert time.monotonic() < deadline, f"{host}{path} answers {answers}, not {status}"
            time.sleep(0.1)

    def _open(
        self,
        browser: urllib.request.OpenerDirector,
        host: str,
        path: str,
        fields: dict[str, str] | None = None,
    ) -> tuple[int, str]:
        address = f"http://127.0.0.1:{self.port}{path}"
        body = urllib.parse.urlencode(fields).encode() if fields else None
        request = urllib.request.Request(address, data=body, headers={"Host": f"{host}:{self.port}"})
        try:
            with browser.open(request, timeout=20) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read().decode()

    def _wait(self, web: subprocess.Popen[bytes], log: Path) -> None:
        deadline = time.monotonic() + STARTS_WITHIN_SECONDS
        while True:
            try:
                if self.visit("midori.localhost", "/livez")[0] == 200:
                    return
            except OSError:
                time.sleep(0.1)
            assert web.poll() is None, log.read_text(errors="replace")
            assert time.monotonic() < deadline, log.read_text(errors="replace")


@contextmanager
def scratch(*, folder: Path, label: str, code: Path = ROOT) -> Iterator[Scratch]:
    """Make a scratch installation over some code, and take its database away at the end."""
    names = database.databases()
    names = replace(names, own=f"{names.filled}_{label}_{os.getpid()}")
    database.ensure_filled(names)
    database.copy_for_worker(names)
    packages = folder / "packages"
    packages.mkdir()
    try:
        yield Scratch(names=names, code=code, packages=packages, port=_free_port())
    finally:
        database.drop_copy(names)


def copy_of_the_code(folder: Path) -> Path:
    """Copy this checkout without what it keeps, with its environment linked."""
    kept = shutil.ignore_patterns(".*", "var", "__pycache__", "build", "dist", "images", "samples")
    shutil.copytree(ROOT, folder, ignore=kept)
    (folder / ".venv").symlink_to(Path(sys.executable).parents[1])
    return folder


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])
