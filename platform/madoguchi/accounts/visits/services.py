"""What a city says to a visit, and how a visit begins and ends."""

import hashlib
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from madoguchi.accounts.models import OperatorVisit
from madoguchi.accounts.visits.errors import EntryRefused, VisitDecided, VisitNotFound, VisitOver
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import Actor
from madoguchi.ledger.values import JSON

ASKED: Final = "accounts.visit_asked"
GRANTED: Final = "accounts.visit_granted"
REFUSED: Final = "accounts.visit_refused"
BEGUN: Final = "accounts.visit_begun"
VIEWED: Final = "accounts.visit_viewed"
CHANGE_REFUSED: Final = "accounts.visit_change_refused"
ENDED: Final = "accounts.visit_ended"
OBJECT: Final = "accounts.visit"
# Who has had no answer for a day asks again.
ANSWER_WITHIN: Final = timedelta(hours=24)
SHOWN: Final = 50


def waiting(*, now: datetime) -> list[OperatorVisit]:
    """List the visits that wait for the city's word."""
    return list(
        OperatorVisit.objects.filter(decided_at=None, ended_at=None, asked_at__gt=now - ANSWER_WITHIN)
    )


def running(*, now: datetime) -> list[OperatorVisit]:
    """List the visits that may look at the city now."""
    return list(OperatorVisit.objects.filter(is_granted=True, ended_at=None, open_until__gt=now))


def past(*, now: datetime) -> list[OperatorVisit]:
    """List the visits that are over, refused or never answered, newest first."""
    live = {visit.id for visit in (*waiting(now=now), *running(now=now))}
    return [visit for visit in OperatorVisit.objects.all()[:SHOWN] if visit.id not in live]


def find(*, visit_id: UUID) -> OperatorVisit:
    """Find a visit of this city.

    Raises VisitNotFound.
    """
    found = OperatorVisit.objects.filter(id=visit_id).first()
    if found is None:
        raise VisitNotFound(visit_id=visit_id)
    return found


@transaction.atomic
def decide(
    *, visit_id: UUID, grants: bool, sees_all: bool, note: str, actor: Actor, now: datetime
) -> OperatorVisit:
    """Let an operator in for the time they asked for, or refuse.

    Raises VisitNotFound and VisitDecided.
    """
    visit = _locked(visit_id)
    if visit.decided_at is not None or visit.ended_at is not None or visit.asked_at <= now - ANSWER_WITHIN:
        raise VisitDecided
    visit.decided_at, visit.decided_by, visit.note = now, actor.name, note.strip()[:200]
    visit.is_granted, visit.sees_all = grants, grants and sees_all
    visit.open_until = now + timedelta(minutes=visit.minutes) if grants else None
    visit.save()
    details: dict[str, JSON] = {"minutes": visit.minutes, "sees_all": visit.sees_all} if grants else {}
    if visit.note:
        details["reason"] = visit.note
    _record(GRANTED if grants else REFUSED, visit, actor=actor, now=now, details=details)
    return visit


@transaction.atomic
def end(*, visit_id: UUID, actor: Actor, now: datetime) -> None:
    """End a visit at once: its next page is not shown any more.

    Raises VisitNotFound and VisitOver.
    """
    visit = _locked(visit_id)
    if not visit.is_open(now):
        raise VisitOver
    visit.ended_at, visit.ended_by = now, actor.name
    visit.save(update_fields=["ended_at", "ended_by"])
    _record(ENDED, visit, actor=actor, now=now)


@transaction.atomic
def use_entry(*, token: str, now: datetime) -> OperatorVisit:
    """Use the way in from the console up.

    Raises EntryRefused.
    """
    found = OperatorVisit.objects.select_for_update().filter(entry_digest=digest_of(token)).first()
    if found is None or found.entry_until is None or found.entry_until <= now or not found.is_open(now):
        raise EntryRefused
    found.entry_digest = found.entry_until = None
    found.save(update_fields=["entry_digest", "entry_until"])
    _record(BEGUN, found, actor=actor_of_visit(found), now=now, details={"until": _moment(found.open_until)})
    return found


def note_page(*, visit: OperatorVisit, path: str, now: datetime) -> None:
    """Write down which page an operator opens, before it is shown."""
    _record(VIEWED, visit, actor=actor_of_visit(visit), now=now, details={"path": path})


def note_refused(*, visit: OperatorVisit, path: str, method: str, now: datetime) -> None:
    """Write down that an operator tried to change something."""
    audit.record_denied(
        actor=actor_of_visit(visit),
        action=CHANGE_REFUSED,
        object_type=OBJECT,
        object_ids=[str(visit.id)],
        details={"path": path, "method": method},
        now=now,
    )


def actor_of_visit(visit: OperatorVisit) -> Actor:
    """Name the operator of a visit as they stand in the city's audit list."""
    return Actor(kind="operator", id=str(visit.operator_id), name=visit.operator_name)


def digest_of(token: str) -> bytes:
    """Digest the way in, which is kept nowhere in plain."""
    return hashlib.sha256(b"accounts.visit:" + token.encode()).digest()


def _locked(visit_id: UUID) -> OperatorVisit:
    found = OperatorVisit.objects.select_for_update().filter(id=visit_id).first()
    if found is None:
        raise VisitNotFound(visit_id=visit_id)
    return found


def _moment(at: datetime | None) -> str:
    return at.isoformat() if at else ""


def _record(
    action: str,
    visit: OperatorVisit,
    *,
    actor: Actor,
    now: datetime,
    details: dict[str, JSON] | None = None,
) -> None:
    audit.record(
        actor=actor,
        action=action,
        object_type=OBJECT,
        object_ids=[str(visit.id)],
        details=details or {},
        now=now,
    )
