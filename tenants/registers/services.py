"""Keep the registers: add, change, check; every act of ours stands in the audit list."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from madoguchi import clock
from madoguchi.errors import DomainError, NotFound
from madoguchi.hooks.contracts.registers import RegisterChanged
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import Actor
from madoguchi.ledger.outbox import services as outbox
from madoguchi.tenancy import current_city
from tenants.models import City, EntryState, RegisterCheck, RegisterEntry
from tenants.registers import rules
from tenants.registers.declarations import ADDED, CHANGED, CHECKED, OBJECT

SETTLED = frozenset({EntryState.DONE, EntryState.ACCEPTED, EntryState.UNAFFECTED})
COLUMNS = (
    *("title", "source", "text", "decision", "severity", "state", "found_on", "due_on"),
    *("document", "consented_on"),
)


class EntryNotFound(NotFound):
    """No register has this entry."""

    code = "entry_not_found"
    message = _("この記録は見つかりません。")


class EntryThere(DomainError):
    """The city's register names this sub-processor already."""

    code = "entry_there"
    message = _("この再委託先は、この自治体の台帳に登録済みです。")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What is written into a new line."""

    kind: str
    values: Mapping[str, Any]
    city_id: UUID | None = None
    key: str = ""


def add(*, line: Line, actor: Actor, now: datetime) -> UUID:
    """Write a new line, with the day by which it asks for a decision.

    Raises EntryThere for a sub-processor that the city has already.
    """
    values = {name: value for name, value in line.values.items() if name in COLUMNS}
    if values.get("due_on") is None:
        severity = str(values.get("severity", ""))
        values["due_on"] = rules.due_on(kind=line.kind, severity=severity, found_on=values["found_on"])
    try:
        with transaction.atomic():
            entry = RegisterEntry.objects.create(
                kind=line.kind,
                city_id=line.city_id,
                key=line.key,
                settled_on=_settled_on(values, now),
                changed_at=now,
                changed_by_name=actor.name,
                **values,
            )
            _record(ADDED, entry, actor, now, {})
    except IntegrityError as there:
        raise EntryThere from there
    return entry.uuid


def change(*, entry_id: UUID, values: Mapping[str, Any], actor: Actor, now: datetime) -> bool:
    """Change a line; tell whether anything differed.

    Raises EntryNotFound.
    """
    with transaction.atomic():
        entry = RegisterEntry.objects.select_for_update().filter(pk=entry_id).first()
        if entry is None:
            raise EntryNotFound
        changed = [name for name in COLUMNS if name in values and getattr(entry, name) != values[name]]
        if not changed:
            return False
        for name in changed:
            setattr(entry, name, values[name])
        entry.settled_on = entry.settled_on if "state" not in changed else _settled_on(values, now)
        entry.changed_at, entry.changed_by_name = now, actor.name
        entry.save()
        _record(CHANGED, entry, actor, now, {"changed": changed})
    return True


def note_check(*, sources: str, found: int, actor: Actor, now: datetime) -> None:
    """Write down that the news of weaknesses were read, where, and how many concern us."""
    with transaction.atomic():
        RegisterCheck.objects.create(
            day=clock.local(now).date(),
            sources=sources,
            found=found,
            checked_at=now,
            checked_by_name=actor.name,
        )
        audit.record(
            actor=actor, action=CHECKED, object_type=OBJECT, object_ids=[], details={"found": found}, now=now
        )


def hear_change(*, event: RegisterChanged, key: UUID, actor: Actor, now: datetime) -> None:
    """Write an operators' entry about one city down in the city itself, where its staff can read it."""
    audit.record(
        actor=actor,
        action=ADDED if event.is_new else CHANGED,
        object_type=OBJECT,
        object_ids=[current_city().code],
        details={"kind": event.register, "title": event.title},
        now=now,
    )


def _settled_on(values: Mapping[str, Any], now: datetime) -> Any:
    return clock.local(now).date() if values.get("state") in SETTLED else None


def _record(action: str, entry: RegisterEntry, actor: Actor, now: datetime, details: dict[str, Any]) -> None:
    audit.record(
        actor=actor,
        action=action,
        object_type=OBJECT,
        object_ids=[str(entry.uuid)],
        details={"kind": entry.kind, "title": entry.title, **details},
        now=now,
    )
    city = City.objects.filter(pk=entry.city_id).first() if entry.city_id else None
    if city is not None:
        event = RegisterChanged(
            schema_name=city.schema_name,
            register=entry.kind,
            title=entry.title,
            is_new=action == ADDED,
        )
        outbox.publish(event=event, actor=actor, now=now)
