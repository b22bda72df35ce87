"""A plugin for these tests: it hears one event, and writes down what it heard in a file."""

import os
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import ClassVar
from uuid import UUID

from madoguchi.hooks.contracts.events import Event
from madoguchi.hooks.markers import hookimpl
from madoguchi.hooks.values import EventHandler
from madoguchi.ledger.audit.actors import Actor


@dataclass(frozen=True, kw_only=True)
class BellRang(Event):
    """Somebody rang; the note is personal."""

    kind: ClassVar[str] = "rehearsal.bell_rang"
    personal_fields: ClassVar[frozenset[str]] = frozenset({"note"})

    number: int
    note: str = ""


class Rehearsal:
    """Hears bells; can be told to fail, to linger, or to be switched off in the city."""

    def __init__(self, *, heard: Path) -> None:
        self.heard_file = heard
        self.failing: set[int] = set()
        self.seconds = 0.0

    @hookimpl
    def event_handlers(self) -> tuple[EventHandler, ...]:
        return (EventHandler(event=BellRang, function=self.hear),)

    def hear(self, *, event: BellRang, key: UUID, actor: Actor, now: datetime) -> None:
        line = f"{event.number} {key} {actor.id} {event.note}\n"
        descriptor = os.open(self.heard_file, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.write(descriptor, line.encode())
        os.close(descriptor)
        if event.number in self.failing:
            raise ConnectionError("taro@example.jp is not reachable")
        time.sleep(self.seconds)

    def heard(self) -> list[list[str]]:
        """Read the lines: number, key, actor, note."""
        if not self.heard_file.exists():
            return []
        return [line.split(" ") for line in self.heard_file.read_text().splitlines()]

    def numbers(self) -> list[int]:
        return sorted(int(number) for number, *_ in self.heard())
