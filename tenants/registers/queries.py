"""What the registers say: to our operators all of it, to a city what concerns it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from madoguchi.hooks.registry import plugins
from madoguchi.hooks.values import SubProcessor
from madoguchi.tenancy import City
from tenants.public import rows
from tenants.registered import EntryState, RegisterKind, Severity
from tenants.registers import rules

ENTRIES: Final = """
SELECT entry.*, city.name AS city_name FROM tenants_registerentry AS entry
  LEFT JOIN tenants_city AS city ON city.uuid = entry.city_id
 WHERE (%(kind)s = '' OR entry.kind = %(kind)s)
   AND (%(everything)s OR entry.city_id IS NULL OR entry.city_id = %(city)s)
 ORDER BY entry.state IN ('done', 'accepted', 'unaffected'), entry.due_on NULLS LAST, entry.found_on DESC,
          entry.title
"""
CHECKS: Final = "SELECT * FROM tenants_registercheck ORDER BY checked_at DESC LIMIT 31"
CONSENTED: Final = """
SELECT key FROM tenants_registerentry
 WHERE kind = 'sub_processor' AND city_id = %(city)s AND document <> '' AND consented_on <= %(today)s
   AND state <> 'done'
"""


@dataclass(frozen=True, slots=True)
class EntryLine:
    """One line of a register as a page shows it."""

    id: UUID
    kind: str
    kind_label: str
    city: str
    title: str
    source: str
    text: str
    decision: str
    severity: str
    severity_label: str
    state: str
    state_label: str
    found_on: date
    due_on: date | None
    settled_on: date | None
    document: str
    consented_on: date | None
    changed_at: datetime
    changed_by: str
    is_late: bool


@dataclass(frozen=True, slots=True)
class Check:
    """One reading of the news of weaknesses."""

    day: date
    sources: str
    found: int
    checked_at: datetime
    checked_by: str


def all_entries(*, kind: str, today: date) -> Sequence[EntryLine]:
    """List a register with the lines of every city, for our operators."""
    found = rows(ENTRIES, {"kind": kind, "everything": True, "city": None})
    return [_line(row, today) for row in found]


def entries_of(*, city: City, kind: str = "", today: date) -> Sequence[EntryLine]:
    """List what concerns a city: its own lines, and those of all cities."""
    found = rows(ENTRIES, {"kind": kind, "everything": False, "city": city.uuid})
    return [_line(row, today) for row in found]


def checks() -> Sequence[Check]:
    """List the last readings of the news of weaknesses, newest first."""
    return [
        Check(row["day"], row["sources"], row["found"], row["checked_at"], row["checked_by_name"])
        for row in rows(CHECKS, {})
    ]


def is_checked(*, today: date) -> bool:
    """Tell whether somebody has read the news of weaknesses today or yesterday."""
    newest = next(iter(checks()), None)
    return newest is not None and newest.day >= today - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Reminder:
    """What our operators have left undone."""

    is_checked: bool
    late: int

    @property
    def is_needed(self) -> bool:
        """Tell whether there is anything to be reminded of."""
        return not self.is_checked or bool(self.late)


def reminder(*, today: date) -> Reminder:
    """Tell whether the news were read, and count the lines that should have been settled."""
    late = sum(line.is_late for line in all_entries(kind="", today=today))
    return Reminder(is_checked=is_checked(today=today), late=late)


def needed_by(plugin: str) -> Sequence[SubProcessor]:
    """List the sub-processors without which a plugin does not work."""
    return [need for owner, need in _sub_processors() if owner == plugin]


def known_sub_processors() -> Sequence[SubProcessor]:
    """List the sub-processors that any plugin needs."""
    return [need for _owner, need in _sub_processors()]


def _sub_processors() -> Sequence[tuple[str, SubProcessor]]:
    return plugins.declared_by("sub_processors")


def without_consent(*, city: City, plugin: str, today: date) -> Sequence[SubProcessor]:
    """List the sub-processors of a plugin to which a city has not consented in writing."""
    consented = {row["key"] for row in rows(CONSENTED, {"city": city.uuid, "today": today})}
    return [need for need in needed_by(plugin) if need.name not in consented]


def _line(row: Mapping[str, Any], today: date) -> EntryLine:
    return EntryLine(
        id=row["uuid"],
        kind=row["kind"],
        kind_label=str(RegisterKind(row["kind"]).label),
        city=row["city_name"] or "",
        title=row["title"],
        source=row["source"],
        text=row["text"],
        decision=row["decision"],
        severity=row["severity"],
        severity_label=str(Severity(row["severity"]).label),
        state=row["state"],
        state_label=str(EntryState(row["state"]).label),
        found_on=row["found_on"],
        due_on=row["due_on"],
        settled_on=row["settled_on"],
        document=row["document"],
        consented_on=row["consented_on"],
        changed_at=row["changed_at"],
        changed_by=row["changed_by_name"],
        is_late=rules.is_late(state=row["state"], due_on=row["due_on"], today=today),
    )
