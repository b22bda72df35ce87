"""Begin a check, answer its parts, close it as evidence."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from madoguchi.errors import DomainError, NotFound
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import Actor
from madoguchi.terminals.declarations import FACTS, NEEDED, OUTCOMES, PARTS
from madoguchi.terminals.models import TerminalCheck
from madoguchi.terminals.rules import outcome_of

SHOWN = 200


class CheckNotFound(NotFound):
    """No check of this city has this key."""

    code = "terminal_check_not_found"


class CheckClosed(DomainError):
    """Evidence is not rewritten: begin a new check."""

    code = "terminal_check_closed"


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a check in words."""

    name: str
    label: str
    outcome: str
    said: str
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class CheckView:
    """A check as pages show it."""

    id: UUID
    terminal: str
    place_name: str
    staff_name: str
    begun_at: datetime
    closed_at: datetime | None
    outcome: str
    said: str
    parts: tuple[Part, ...]

    @property
    def is_closed(self) -> bool:
        """Tell whether this is evidence already."""
        return self.closed_at is not None

    @property
    def digits(self) -> str:
        """Draw the eight digits that this check prints and wants to read back."""
        return f"{self.id.int % 10**8:08}"

    @property
    def bars(self) -> str:
        """Name what the bar code says, start and stop letters included."""
        return f"A{self.digits}A"

    @property
    def square(self) -> str:
        """Name what the QR code says: signs that a wrong keyboard layout betrays."""
        return f"Madoguchi:{self.digits}@_+=[*]"


def begin(*, terminal: str, place_name: str, actor: Actor, now: datetime) -> UUID:
    """Begin a check of a terminal; what the house cannot look at yet is marked as not used."""
    made = TerminalCheck.objects.create(
        terminal=terminal,
        place_name=place_name,
        staff_id=actor.id,
        staff_name=actor.name,
        begun_at=now,
        parts={"ic": {"outcome": "unused", "facts": {}}},
    )
    return made.id


def answer(*, check_id: UUID, part: str, outcome: str, facts: Mapping[str, str]) -> None:
    """Keep the answer to one part; a later answer takes its place.

    Raises CheckNotFound or CheckClosed.
    """
    with transaction.atomic():
        found = _locked(check_id)
        found.parts[part] = {"outcome": outcome, "facts": dict(facts)}
        found.save(update_fields=["parts"])


def close(*, check_id: UUID, actor: Actor, now: datetime) -> None:
    """Close a check as evidence and record it.

    Raises CheckNotFound or CheckClosed.
    """
    with transaction.atomic():
        found = _locked(check_id)
        outcomes = {name: found.parts.get(name, {}).get("outcome", "") for name in PARTS}
        found.outcome = outcome_of(parts=outcomes, needed=NEEDED)
        found.closed_at = now
        found.save(update_fields=["outcome", "closed_at"])
        audit.record(
            actor=actor,
            action="terminals.checked",
            object_type="terminals.check",
            object_ids=[str(check_id)],
            now=now,
            details={"terminal": found.terminal},
        )


def check(check_id: UUID) -> CheckView:
    """Show one check.

    Raises CheckNotFound.
    """
    found = TerminalCheck.objects.filter(pk=check_id).first()
    if found is None:
        raise CheckNotFound(check_id=check_id)
    return _view(found)


def checks(*, terminal: str = "", place_name: str = "", outcome: str = "") -> tuple[CheckView, ...]:
    """List checks, the newest first, of terminals whose name has this text."""
    found = TerminalCheck.objects.all()
    if terminal:
        found = found.filter(terminal__icontains=terminal)
    if place_name:
        found = found.filter(place_name=place_name)
    if outcome:
        found = found.filter(outcome=outcome)
    return tuple(_view(row) for row in found[:SHOWN])


def known_terminals() -> tuple[str, ...]:
    """List the names under which terminals were checked."""
    names = TerminalCheck.objects.order_by("terminal").values_list("terminal", flat=True)
    return tuple(names.distinct()[:SHOWN])


def _locked(check_id: UUID) -> TerminalCheck:
    found = TerminalCheck.objects.select_for_update().filter(pk=check_id).first()
    if found is None:
        raise CheckNotFound(check_id=check_id)
    if found.closed_at is not None:
        raise CheckClosed(check_id=check_id)
    return found


def _view(row: TerminalCheck) -> CheckView:
    return CheckView(
        id=row.id,
        terminal=row.terminal,
        place_name=row.place_name,
        staff_name=row.staff_name,
        begun_at=row.begun_at,
        closed_at=row.closed_at,
        outcome=row.outcome,
        said=str(TerminalCheck.Outcome(row.outcome).label),
        parts=tuple(_part(name, row.parts.get(name, {})) for name in PARTS),
    )


def _part(name: str, kept: Mapping[str, object]) -> Part:
    facts = kept.get("facts")
    outcome = str(kept.get("outcome", ""))
    return Part(
        name=name,
        label=str(PARTS[name]),
        outcome=outcome,
        said=str(OUTCOMES.get(outcome, outcome)),
        facts=tuple((str(FACTS.get(key, key)), str(value)) for key, value in facts.items() if value)
        if isinstance(facts, dict)
        else (),
    )
