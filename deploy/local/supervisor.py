"""Keep the programs of one run alive, and end them in order."""

import signal
import time
from types import FrameType

from deploy.local.children import Child, Program, rotate_log

BEAT_SECONDS = 0.2
PATIENCE = 3
STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StopAsked(BaseException):
    """Somebody asked the supervisor to end: Ctrl-C, bin/down or the machine going down."""


class Supervisor:
    """The children of one run, in the order of their start."""

    def __init__(self) -> None:
        self.children: list[Child] = []

    def adopt(self, child: Child | None) -> None:
        """watch a child that runs already."""
        if child is not None:
            self.children.append(child)

    def start(self, programs: list[Program]) -> None:
        """start programs and watch them."""
        for program in programs:
            rotate_log(program.log)
            child = Child(program)
            self.children.append(child)
            child.start()

    def watch_once(self) -> None:
        """start again, after a pause that grows, whatever died since the last look."""
        for child in self.children:
            if child.has_died():
                pause = max(0.0, child.due_at - time.monotonic())
                say(f"{child.program.name} died; starting it again in {pause:.1f} s ({child.program.log})")
            if child.is_due():
                child.start()

    def require_healthy(self) -> None:
        """raise Trouble when a program keeps dying."""
        for child in self.children:
            if child.deaths >= PATIENCE:
                raise child.trouble(f"{child.program.name} keeps dying.")

    def watch(self) -> None:
        """watch until somebody asks to stop."""
        while True:
            self.watch_once()
            time.sleep(BEAT_SECONDS)

    def stop(self) -> None:
        """end every child: who takes requests first, then what was started last."""
        ignore_signals()
        backwards = reversed(self.children)
        for child in sorted(backwards, key=lambda one: not one.program.stops_first):
            child.stop()
        self.children.clear()


def listen_to_signals() -> None:
    """turn a request to stop into StopAsked."""
    for signal_number in STOPPING:
        signal.signal(signal_number, _raise_stop)


def ignore_signals() -> None:
    """let nothing interrupt an orderly end."""
    for signal_number in STOPPING:
        signal.signal(signal_number, signal.SIG_IGN)


def say(line: str) -> None:
    """tell the person at the terminal, or the log."""
    print(line, flush=True)


def _raise_stop(signal_number: int, frame: FrameType | None) -> None:
    raise StopAsked(signal_number)
