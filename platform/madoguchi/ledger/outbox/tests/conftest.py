"""An outbox whose only listener is the rehearsal plugin, and relays as processes."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from madoguchi.hooks.registry import PluginRegistry
from madoguchi.ledger.outbox import delivery
from madoguchi.ledger.outbox.relay import Relay
from madoguchi.ledger.outbox.tests.rehearsal import Rehearsal


@pytest.fixture
def registry_with(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Make the rehearsal plugin the only one that the relay knows."""

    def choose(rehearsal: Rehearsal, *, is_core: bool) -> None:
        settings.MADOGUCHI = {**settings.MADOGUCHI, "CORE_PLUGINS": [], "PLUGINS": []}
        registry = PluginRegistry()
        registry.register(name="rehearsal", module=rehearsal, is_core=is_core)
        registry.load()
        monkeypatch.setattr(delivery, "plugins", registry)

    return choose


@pytest.fixture
def rehearsal(tmp_path: Path, registry_with: Callable[..., None]) -> Rehearsal:
    """Listen to bells in every city."""
    listener = Rehearsal(heard=tmp_path / "heard.txt")
    registry_with(listener, is_core=True)
    return listener


@pytest.fixture(autouse=True)
def journal_folder(tmp_path: Path, settings: Any) -> Path:
    """Keep the journal of this test in a folder of its own."""
    settings.MADOGUCHI = {**settings.MADOGUCHI, "JOURNAL": tmp_path / "journal"}
    return tmp_path / "journal"


class RelayProcess:
    """A relay in a process of its own, which can be killed."""

    def __init__(self) -> None:
        self.pid = os.fork()
        if self.pid == 0:
            _run_relay()

    def end(self, number: int) -> int:
        """Send a signal and wait; give the exit code, negative for a signal."""
        os.kill(self.pid, number)
        _, status = os.waitpid(self.pid, 0)
        return os.waitstatus_to_exitcode(status)


def _run_relay() -> None:
    import signal

    code = 1
    try:
        # The parent's connection stays the parent's.
        del connections["default"]
        relay = Relay(sweep_seconds=0.2)
        signal.signal(signal.SIGTERM, lambda *_: relay.stop())
        relay.run()
        code = 0
    finally:
        os._exit(code)


@pytest.fixture
def start_relay() -> Iterator[Callable[[], RelayProcess]]:
    """Start relays that end with the test."""
    started: list[RelayProcess] = []

    def start() -> RelayProcess:
        started.append(RelayProcess())
        return started[-1]

    yield start
    for relay in started:
        try:
            relay.end(9)
        except (ChildProcessError, ProcessLookupError):
            continue
