"""Ask, decide and use up: public API of this room, together with queries.

Another room writes ``services.ask(wish=Wish(...), actor=…, now=…)`` in its own transaction, and its
declared ``ApprovalKind.carry_out`` runs once when somebody else says yes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction

from madoguchi.accounts.models import Staff
from madoguchi.accounts.services import staff_actor
from madoguchi.approvals import declarations, kinds, letters
from madoguchi.approvals.errors import (
    AlreadyAsked,
    AlreadyDecided,
    MayNotDecide,
    NotApproved,
    ReasonMissing,
    RequestNotFound,
    SamePerson,
)
from madoguchi.approvals.models import OPEN, ApprovalRequest, State
from madoguchi.hooks.contracts.approvals import Decision, Person
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import SYSTEM, Actor
from madoguchi.ledger.values import JSON

LONGEST_REASON = 500


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What somebody wants to be done: its kind, what it is about, why, and what will happen."""

    kind: str
    subject: str
    reason: str
    effects: Sequence[tuple[str, str]] = ()
    """Headings and texts that the approver reads; no personal data."""
    values: Mapping[str, JSON] = field(default_factory=dict)
    """What carrying out needs: ids, numbers, days; no personal data."""


def ask(*, wish: Wish, actor: Actor, now: datetime) -> UUID:
    """Write a request down and tell those who may decide.

    Raises AlreadyAsked, ReasonMissing and UnknownKind.
    """
    kind = kinds.find(wish.kind)
    reason = wish.reason.strip()[:LONGEST_REASON]
    if not reason:
        raise ReasonMissing
    expire(now=now)
    try:
        with transaction.atomic():
            row = ApprovalRequest.objects.create(
                kind=kind.name,
                subject=wish.subject,
                reason=reason,
                effects=[[str(name), str(text)] for name, text in wish.effects],
                values=dict(wish.values),
                asked_by_kind=actor.kind,
                asked_by_id=actor.id,
                asked_by_name=actor.name,
                asked_at=now,
                expires_at=now + timedelta(days=kind.days),
            )
    except IntegrityError as twice:
        raise AlreadyAsked(kind=kind.name) from twice
    _record(declarations.ASKED, row, actor=actor, now=now, details={"reason": reason})
    letters.tell_deciders(row, kind=kind, now=now)
    return row.id


def approve(*, request_id: UUID, staff: Staff, note: str = "", now: datetime) -> ApprovalRequest:
    """Say yes and, where the kind says how, do it at once and in one transaction.

    Raises RequestNotFound, AlreadyDecided, SamePerson, MayNotDecide, or what the work itself refuses.
    """
    with transaction.atomic():
        row = _waiting(request_id, staff=staff, now=now)
        kind = kinds.find(row.kind)
        if row.is_asked_by(staff_actor(staff)):
            raise SamePerson(request=str(request_id))
        _decide(row, state=State.APPROVED, actor=staff_actor(staff), note=note, now=now)
        row.expires_at = now + timedelta(days=kind.days)
        if kind.carry_out is not None:
            kind.carry_out(approved=_decision(row), now=now)
            row.state, row.done_at = State.DONE, now
        row.save()
        _record(declarations.APPROVED, row, actor=staff_actor(staff), now=now, details={"note": note})
        letters.tell_asker(row, kind=kind, now=now)
    return row


def refuse(*, request_id: UUID, staff: Staff, note: str, now: datetime) -> ApprovalRequest:
    """Say no, and why.

    Raises RequestNotFound, AlreadyDecided, SamePerson, MayNotDecide and ReasonMissing.
    """
    if not note.strip():
        raise ReasonMissing
    with transaction.atomic():
        row = _waiting(request_id, staff=staff, now=now)
        if row.is_asked_by(staff_actor(staff)):
            raise SamePerson(request=str(request_id))
        _end(row, state=State.REFUSED, actor=staff_actor(staff), note=note, now=now)
        letters.tell_asker(row, kind=kinds.find(row.kind), now=now)
    return row


def withdraw(*, request_id: UUID, actor: Actor, now: datetime) -> None:
    """Take one's own request back while it is open.

    Raises RequestNotFound, AlreadyDecided, and MayNotDecide for anybody else.
    """
    with transaction.atomic():
        row = _locked(request_id)
        if not row.is_asked_by(actor):
            raise MayNotDecide
        if not row.is_open:
            raise AlreadyDecided
        _end(row, state=State.WITHDRAWN, actor=actor, note="", now=now)


def use(*, kind: str, subject: str, actor: Actor, now: datetime) -> Decision:
    """Use up an approved request of a kind that somebody carries out by hand, once, in this transaction.

    Raises NotApproved.
    """
    with transaction.atomic():
        found = ApprovalRequest.objects.select_for_update().filter(
            kind=kind, subject=subject, state=State.APPROVED, expires_at__gt=now
        )
        row = found.first()
        if row is None:
            raise NotApproved(kind=kind)
        row.state, row.done_at = State.DONE, now
        row.save(update_fields=["state", "done_at"])
        _record(declarations.USED, row, actor=actor, now=now, details={})
    return _decision(row)


def expire(*, now: datetime) -> int:
    """Close what nobody decided or used in time, and count it."""
    with transaction.atomic():
        late = ApprovalRequest.objects.select_for_update(skip_locked=True).filter(
            state__in=OPEN, expires_at__lte=now
        )
        rows = list(late)
        for row in rows:
            _end(row, state=State.EXPIRED, actor=SYSTEM, note="", now=now)
    return len(rows)


def _waiting(request_id: UUID, *, staff: Staff, now: datetime) -> ApprovalRequest:
    row = _locked(request_id)
    if not staff.has_permission(kinds.find(row.kind).permission):
        raise MayNotDecide(kind=row.kind)
    if row.state != State.ASKED or row.expires_at <= now:
        raise AlreadyDecided(request=str(request_id))
    return row


def _locked(request_id: UUID) -> ApprovalRequest:
    row = ApprovalRequest.objects.select_for_update().filter(id=request_id).first()
    if row is None:
        raise RequestNotFound(request=str(request_id))
    return row


def _decide(row: ApprovalRequest, *, state: State, actor: Actor, note: str, now: datetime) -> None:
    row.state = state
    row.decided_by_kind, row.decided_by_id, row.decided_by_name = actor.kind, actor.id, actor.name
    row.decided_at, row.note = now, note.strip()[:LONGEST_REASON]


ENDS = {
    State.REFUSED: declarations.REFUSED,
    State.WITHDRAWN: declarations.WITHDRAWN,
    State.EXPIRED: declarations.EXPIRED,
}


def _end(row: ApprovalRequest, *, state: State, actor: Actor, note: str, now: datetime) -> None:
    _decide(row, state=state, actor=actor, note=note, now=now)
    row.save()
    kind = kinds.find(row.kind)
    if kind.when_refused is not None:
        kind.when_refused(approved=_decision(row), now=now)
    _record(ENDS[state], row, actor=actor, now=now, details={"note": note} if note else {})


def _decision(row: ApprovalRequest) -> Decision:
    return Decision(
        request=row.id,
        kind=row.kind,
        subject=row.subject,
        reason=row.reason,
        values=row.values,
        asked_by=Person(kind=row.asked_by_kind, id=row.asked_by_id, name=row.asked_by_name),
        decided_by=Person(kind=row.decided_by_kind, id=row.decided_by_id, name=row.decided_by_name),
        note=row.note,
    )


def _record(
    action: str, row: ApprovalRequest, *, actor: Actor, now: datetime, details: Mapping[str, JSON]
) -> None:
    audit.record(
        actor=actor,
        action=action,
        object_type=declarations.OBJECT,
        object_ids=[str(row.id)],
        details={"kind": row.kind, **{name: text for name, text in details.items() if text}},
        now=now,
    )
