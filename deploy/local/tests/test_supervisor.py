"""A supervisor brings back what dies, ends in order, and leaves nothing behind."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from deploy.local.children import Program, end_strays
from deploy.local.layout import ROOT
from deploy.local.ports import require_free, web_port
from deploy.local.supervisor import Supervisor
from deploy.local.trouble import Trouble

SLEEPER = "import time; time.sleep(600)"
PARENT = """
import subprocess, sys, time
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
time.sleep(600)
"""
SUPERVISOR = """
import sys, pathlib
from deploy.local.children import Program
from deploy.local.supervisor import Supervisor
supervisor = Supervisor()
supervisor.start([Program(name="sleeper", command=(sys.executable, "-c", sys.argv[2]),
    environment={}, log=pathlib.Path(sys.argv[1]) / "sleeper.log")])
print(supervisor.children[0].pid, flush=True)
supervisor.watch()
"""


def program(folder: Path, *, name: str = "sleeper", code: str = SLEEPER) -> Program:
    return Program(
        name=name,
        command=(sys.executable, "-c", code),
        environment={"PATH": os.environ["PATH"]},
        log=folder / f"{name}.log",
    )


def wait_for(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 20
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)
    return condition()


def is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state not in ("Z", "X")


@pytest.fixture
def supervisor(monkeypatch: pytest.MonkeyPatch) -> Supervisor:
    monkeypatch.setattr("deploy.local.supervisor.ignore_signals", lambda: None)
    return Supervisor()


def test_a_program_that_dies_is_started_again(supervisor: Supervisor, tmp_path: Path) -> None:
    supervisor.start([program(tmp_path)])
    (child,) = supervisor.children
    first = child.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)

    def came_back() -> bool:
        supervisor.watch_once()
        return child.pid not in (None, first)

    try:
        assert wait_for(came_back)
    finally:
        supervisor.stop()


def test_a_program_that_keeps_dying_is_reported_with_the_end_of_its_log(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    supervisor.start([program(tmp_path, code="raise SystemExit('no such table')")])

    def gave_up() -> bool:
        supervisor.watch_once()
        return supervisor.children[0].deaths >= 3

    assert wait_for(gave_up)
    with pytest.raises(Trouble, match="no such table"):
        supervisor.require_healthy()
    supervisor.stop()


def test_the_last_started_is_the_first_to_go(supervisor: Supervisor, tmp_path: Path) -> None:
    note = tmp_path / "order"
    tell = (
        "import signal, sys, time\n"
        f"def end(*_):\n    open({str(note)!r}, 'a').write(sys.argv[0] + '{{}}\\n')\n    sys.exit()\n"
        "signal.signal(signal.SIGTERM, end)\nprint('ready', flush=True)\ntime.sleep(600)"
    )
    names = ["postgres", "valkey", "web"]
    supervisor.start([program(tmp_path, name=name, code=tell.format(name)) for name in names])
    logs = [tmp_path / f"{name}.log" for name in names]
    assert wait_for(lambda: all("ready" in log.read_text() for log in logs))
    supervisor.stop()
    assert note.read_text().replace("-c", "").split() == ["web", "valkey", "postgres"]


def test_what_a_program_started_ends_with_it(supervisor: Supervisor, tmp_path: Path) -> None:
    supervisor.start([program(tmp_path, code=PARENT)])
    pid = supervisor.children[0].pid
    children = Path(f"/proc/{pid}/task/{pid}/children")
    assert wait_for(lambda: bool(children.read_text().split()))
    grandchild = int(children.read_text().split()[0])
    supervisor.stop()
    assert wait_for(lambda: not is_running(grandchild))


def test_a_killed_supervisor_leaves_nothing_running(tmp_path: Path) -> None:
    killed = subprocess.Popen(
        [sys.executable, "-c", SUPERVISOR, str(tmp_path), SLEEPER],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert killed.stdout is not None
    child = int(killed.stdout.readline())
    assert is_running(child)
    killed.kill()
    killed.wait()
    assert wait_for(lambda: not is_running(child))


def test_strays_of_an_earlier_run_are_ended(supervisor: Supervisor, tmp_path: Path) -> None:
    supervisor.start([program(tmp_path)])
    pid = supervisor.children[0].pid
    assert pid is not None
    assert end_strays(tmp_path) == [pid]
    assert wait_for(lambda: not is_running(pid))
    supervisor.stop()


def test_a_port_in_use_is_named_with_a_way_out() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(Trouble, match=rf"Port {port} is in use.*PORT=\d+ bin/up"):
            require_free(port)


@pytest.mark.parametrize("text", ["http", "0", "65536", "-1", "８０００"])
def test_a_port_that_is_no_port_is_refused(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("PORT", text)
    with pytest.raises(Trouble, match="from 1 to 65535"):
        web_port()
