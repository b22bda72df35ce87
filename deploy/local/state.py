"""Whether a run goes on in this folder: a lock its supervisor holds, and what it wrote down."""

import contextlib
import fcntl
import os
import signal
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from deploy.local.files import read_json, write_json
from deploy.local.layout import Layout
from deploy.local.trouble import Trouble

STOP_SECONDS = 90.0
ENVIRONMENT = "environment.json"


@dataclass
class Claim:
    """The right to run in a folder; given back when the program ends, however it ends."""

    stream: IO[str]

    def release(self) -> None:
        """give the right back."""
        self.stream.close()


def claim(layout: Layout) -> Claim | None:
    """take the right to run in this folder, or return None when another run has it."""
    stream = (layout.run / "lock").open("a")
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        stream.close()
        return None
    return Claim(stream)


def write_state(*, layout: Layout, port: int, ready: bool) -> None:
    """note who runs here and whether every host answered."""
    content = {"pid": os.getpid(), "port": port, "ready": ready}
    write_json(path=_state_file(layout), content=content)


def write_environment(*, layout: Layout, environment: Mapping[str, str]) -> None:
    """note how manage.py finds the servers of this run; it holds their passwords."""
    found = {name: value for name, value in environment.items() if name.startswith("MADOGUCHI_")}
    content = {**found, "PORT": environment["PORT"]}
    write_json(path=layout.run / ENVIRONMENT, content=content, mode=0o600)


def clear_state(layout: Layout) -> None:
    """forget the run."""
    _state_file(layout).unlink(missing_ok=True)
    (layout.run / ENVIRONMENT).unlink(missing_ok=True)


def ready_pid(layout: Layout) -> int | None:
    """return the supervisor whose hosts all answered, or None."""
    state = read_json(_state_file(layout)) or {}
    pid = state.get("pid")
    return pid if state.get("ready") and isinstance(pid, int) else None


def stop_running(layout: Layout) -> bool:
    """end the run in this folder and wait for its end; return False when there was none."""
    if not layout.run.exists():
        return False
    ours = claim(layout)
    if ours is not None:
        ours.release()
        return False
    pid = (read_json(_state_file(layout)) or {}).get("pid")
    if not isinstance(pid, int):
        raise Trouble("Something is starting here; try again in a moment.")
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGTERM)
    _wait_for_end(layout)
    return True


def _wait_for_end(layout: Layout) -> None:
    deadline = time.monotonic() + STOP_SECONDS
    while time.monotonic() < deadline:
        ours = claim(layout)
        if ours is not None:
            ours.release()
            return
        time.sleep(0.1)
    raise Trouble(f"The run did not end within {STOP_SECONDS:.0f} s; see {layout.logs}.")


def _state_file(layout: Layout) -> Path:
    return layout.run / "state.json"
