"""One program under the supervisor: start it, watch it, stop it, with everything it started."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from deploy.local.identities import Identity, die_with_parent
from deploy.local.layout import ROOT
from deploy.local.trouble import Trouble

FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0
STEADY_SECONDS = 60.0
LOGS_KEPT = 3
MARK = "MADOGUCHI_SUPERVISED"


@dataclass(frozen=True)
class Program:
    """What to start and how to end it."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    log: Path
    identity: Identity = field(default_factory=lambda: Identity(name=""))
    folder: Path = ROOT
    stop_signal: signal.Signals = signal.SIGTERM
    stop_seconds: float = 10.0
    stops_first: bool = False


class Child:
    """A running program and the history of its deaths."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.deaths = 0
        self.started_at = 0.0
        self.due_at = 0.0
        self.child: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """start the program in a group of its own, tied to the life of this one."""
        program = self.program
        with program.log.open("ab") as log:
            self.child = subprocess.Popen(
                program.command,
                cwd=program.folder,
                env={**program.environment, MARK: str(program.log.parent)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=die_with_parent(program.stop_signal),
                user=program.identity.uid,
                group=program.identity.gid,
                extra_groups=None if program.identity.uid is None else [],
            )
        self.started_at = time.monotonic()

    @property
    def pid(self) -> int | None:
        """name the running program, or None."""
        return self.child.pid if self.child else None

    def has_died(self) -> bool:
        """tell whether the program ended by itself; sweep what it left and plan the next start."""
        if self.child is None or self.child.poll() is None:
            return False
        signal_group(self.child.pid, signal.SIGKILL)
        now = time.monotonic()
        if now - self.started_at > STEADY_SECONDS:
            self.deaths = 0
        self.due_at = now + min(FIRST_PAUSE_SECONDS * 2**self.deaths, LONGEST_PAUSE_SECONDS)
        self.deaths += 1
        self.child = None
        return True

    def is_due(self) -> bool:
        """tell whether a dead program may be started again."""
        return self.child is None and time.monotonic() >= self.due_at

    def stop(self) -> None:
        """end the program politely, after its patience by force, with all it started."""
        child, self.child = self.child, None
        if child is None:
            return
        if child.poll() is None:
            child.send_signal(self.program.stop_signal)
            try:
                child.wait(self.program.stop_seconds)
            except subprocess.TimeoutExpired:
                signal_group(child.pid, signal.SIGKILL)
                child.wait()
        signal_group(child.pid, signal.SIGKILL)

    def log_tail(self, lines: int = 25) -> str:
        """return the last lines of the program's log."""
        try:
            text = self.program.log.read_text(errors="replace")
        except OSError:
            return ""
        return "\n".join(text.splitlines()[-lines:])

    def trouble(self, what: str) -> Trouble:
        """return a Trouble that carries the end of the program's log."""
        return Trouble(f"{what}\nThe end of {self.program.log}:\n\n{self.log_tail()}")


def signal_group(group: int, signal_number: signal.Signals) -> None:
    """send a signal to what is left of a child's group."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal_number)


def rotate_log(log: Path) -> None:
    """move the logs of earlier runs one place on."""
    for number in range(LOGS_KEPT - 1, 0, -1):
        older = log.with_name(f"{log.name}.{number}")
        if older.exists():
            older.replace(log.with_name(f"{log.name}.{number + 1}"))
    if log.exists():
        log.replace(log.with_name(f"{log.name}.1"))


def end_strays(folder: Path) -> list[int]:
    """end what a killed supervisor left behind, known by the mark in its environment."""
    wanted = f"{MARK}={folder}".encode()
    strays = [pid for pid in _pids() if pid != os.getpid() and wanted in _environment_of(pid).split(b"\0")]
    for signal_number in (signal.SIGTERM, signal.SIGKILL):
        for pid in strays:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal_number)
        deadline = time.monotonic() + 5
        while any(_is_alive(pid) for pid in strays) and time.monotonic() < deadline:
            time.sleep(0.1)
    return strays


def _pids() -> list[int]:
    # Elsewhere than on Linux there is no such folder, and nothing to find.
    with contextlib.suppress(OSError):
        return [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]
    return []


def _environment_of(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/environ").read_bytes()
    except OSError:
        return b""


def _is_alive(pid: int) -> bool:
    return bool(_environment_of(pid))
