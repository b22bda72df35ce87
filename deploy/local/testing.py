"""bin/test and bin/nightly: the suites on servers of their own."""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

from deploy.local.browsers import find_chromium, offer_browser
from deploy.local.children import end_strays
from deploy.local.environment import python
from deploy.local.identities import die_with_parent
from deploy.local.layout import ROOT, Layout
from deploy.local.nightly import list_programs, read_wishes, run_nightly
from deploy.local.programs import cores
from deploy.local.servers import Database, open_broker, open_database
from deploy.local.state import claim
from deploy.local.supervisor import StopAsked, Supervisor, ignore_signals, listen_to_signals
from deploy.local.trouble import Trouble

# A program that hangs must not take the whole night.
LIMIT_SECONDS = 40 * 60.0
TOOK_TOO_LONG = 124
PATIENCE_SECONDS = 30.0


def run(*, suite: str, arguments: list[str]) -> int:
    """run a suite and return pytest's own exit code."""
    wishes = read_wishes(arguments) if suite == "nightly" else None
    if wishes is not None and not wishes.runs:
        return list_programs()
    listen_to_signals()
    try:
        with ExitStack() as stack:
            layout = stack.enter_context(_own_folder())
            environment = stack.enter_context(_servers(layout))
            if wishes is not None:
                return run_nightly(wishes=wishes, run=partial(_finish_in_time, environment))
            if not arguments or any("journeys" in one for one in arguments):
                offer_browser(log=layout.logs / "browser.log")
            return _run_pytest(
                arguments=_in_groups(arguments) or _everything(),
                environment=environment | _browser(),
            )
    except StopAsked as asked:
        return 128 + int(asked.args[0])


def _everything() -> list[str]:
    """Run the whole suite on every core, and name what kept it waiting."""
    slowest = ("--durations", "20", "--durations-min", "10")
    return ["-q", "-n", str(cores()), "--dist", "loadgroup", *slowest]


def _in_groups(arguments: list[str]) -> list[str]:
    """Keep tests that must not meet in one worker, however many workers somebody asks for."""
    has_workers = any(one.startswith(("-n", "--numprocesses")) for one in arguments)
    has_choice = any(one.startswith(("--dist", "-d")) for one in arguments)
    return [*arguments, "--dist", "loadgroup"] if has_workers and not has_choice else arguments


def _run_pytest(*, arguments: list[str], environment: dict[str, str]) -> int:
    return _finish(python("-m", "pytest", *arguments), environment)


def _finish_in_time(environment: Mapping[str, str], command: tuple[str, ...]) -> int:
    return _finish(command, {**environment, **_browser()}, seconds=LIMIT_SECONDS)


def _finish(command: tuple[str, ...], environment: Mapping[str, str], *, seconds: float | None = None) -> int:
    # In a group of its own: whoever ends a program ends what it started, too.
    child = subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        start_new_session=True,
        preexec_fn=die_with_parent(signal.SIGTERM),
    )
    try:
        return child.wait(seconds)
    except subprocess.TimeoutExpired:
        print(f"stopped after {seconds:.0f} seconds", flush=True)
        _end(child, signal.SIGTERM)
        return TOOK_TOO_LONG
    except StopAsked as asked:
        ignore_signals()
        _end(child, signal.Signals(asked.args[0]))
        raise


def _end(child: "subprocess.Popen[bytes]", how: signal.Signals) -> None:
    """Ask the whole group to stop, and end whatever has not after a while."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, how)
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(PATIENCE_SECONDS)
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


@contextmanager
def _servers(layout: Layout) -> Iterator[dict[str, str]]:
    supervisor = Supervisor()
    try:
        database = _open_database(layout)
        supervisor.adopt(database.child)
        broker = open_broker(layout=layout)
        supervisor.adopt(broker.child)
        yield {
            **os.environ,
            "MADOGUCHI_TEST_ADMIN_URL": database.admin_url,
            "MADOGUCHI_PG_BIN": str(database.programs),
            "MADOGUCHI_VALKEY_URL": broker.url,
            "MADOGUCHI_VAR": str(layout.var),
        }
    finally:
        supervisor.stop()


def _open_database(layout: Layout) -> Database:
    try:
        return open_database(layout=layout, durable=False)
    except Trouble:
        if os.environ.get("DATABASE_URL") or not (layout.postgres / "cluster").exists():
            raise
        # A cluster without fsync does not survive a crash of the machine; nobody will miss it.
        shutil.rmtree(layout.postgres)
        return open_database(layout=layout, durable=False)


@contextmanager
def _own_folder() -> Iterator[Layout]:
    source = os.environ.get("MADOGUCHI_POSTGRES") or "default"
    layout = Layout(var=ROOT / "var" / "test" / source)
    layout.make()
    ours = claim(layout)
    if ours is not None:
        end_strays(layout.logs)
        try:
            yield layout
        finally:
            ours.release()
        return
    with _temporary_folder() as folder:
        yield folder


@contextmanager
def _temporary_folder() -> Iterator[Layout]:
    # Another bin/test runs here: this one makes do with a folder it throws away.
    folder = Path(tempfile.mkdtemp(prefix="madoguchi-test-"))
    folder.chmod(0o711)
    layout = Layout(var=folder)
    layout.make()
    try:
        yield layout
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _browser() -> dict[str, str]:
    found = find_chromium()
    return {"MADOGUCHI_CHROMIUM": found} if found else {}
