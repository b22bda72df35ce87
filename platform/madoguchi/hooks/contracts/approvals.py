"""What the room that asked for a second person hears when that person has decided."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class Person:
    """Whoever asked or decided."""

    kind: str
    id: str
    name: str


@dataclass(frozen=True, kw_only=True)
class SecondPersonWanted:
    """What a room below the desk of approvals wants a second person to decide."""

    kind: str
    subject: str
    reason: str
    asked_by: Person
    effects: Sequence[tuple[str, str]] = ()
    """Headings and texts that the approver reads; no personal data."""


@dataclass(frozen=True, kw_only=True)
class Decision:
    """One decided request: what was asked, why, and by whom it was decided."""

    request: UUID
    kind: str
    subject: str
    reason: str
    values: Mapping[str, Any]
    asked_by: Person
    decided_by: Person
    note: str = ""
