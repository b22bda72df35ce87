"""The newest seal of every city, kept apart from the database beside the journal of events.

Whoever cuts off the end of a list and of its chain cannot cut this too.
"""

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings

from madoguchi.tenancy import current_city

NAME = "audit.heads"


@dataclass(frozen=True, slots=True)
class Head:
    """The number and the hash of a seal."""

    number: int
    digest: str


def keep(*, head: Head) -> None:
    """Add the newest seal of the current city, on disk when this returns."""
    file = _file(current_city().uuid)
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, f"{head.number} {head.digest}\n".encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def kept() -> list[Head]:
    """List what was kept of the current city, oldest first; a torn line is left out."""
    file = _file(current_city().uuid)
    if not file.exists():
        return []
    lines = file.read_text(encoding="ascii", errors="replace").splitlines()
    return [Head(int(number), digest) for number, digest in map(_parts, lines) if len(digest) == 64]


def set_aside(*, city: UUID, now: datetime) -> None:
    """Begin anew for a city that was brought back from a backup: its newest seals are gone on purpose."""
    file = _file(city)
    if file.exists():
        file.rename(file.with_name(f"{NAME}.until-{now:%Y%m%dT%H%M%S}"))


def _parts(line: str) -> tuple[str, str]:
    number, _space, digest = line.partition(" ")
    return (number, digest) if number.isascii() and number.isdigit() else ("0", "")


def _file(city: UUID) -> Path:
    return Path(settings.MADOGUCHI["JOURNAL"]) / str(city) / NAME
