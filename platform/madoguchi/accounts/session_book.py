"""The book of sessions: one row for each sign-in, so that people see where they are signed in and end it."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.contrib.sessions.models import Session
from django.db.models import F, QuerySet

from madoguchi.accounts.models import Staff, StaffSession
from madoguchi.accounts.session_rules import SessionRules
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import Actor
from madoguchi.ledger.audit.origin import current_origin

ENDED: Final = "accounts.session_ended"
OBJECT: Final = "accounts.staff"
# By whose will a session ended; the others end by themselves.
BY_PEOPLE: Final = frozenset({"forced", "replaced", "locked"})
KEPT: Final = timedelta(days=400)


def end_former(*, staff: Staff, former: str, rules: SessionRules, now: datetime) -> None:
    """End the session that a new one takes the place of, and all others where the city allows only one."""
    if former:
        _end(StaffSession.objects.filter(id=former, ended_at=None), reason="renewed", now=now)
    if rules.is_single:
        end_sessions(found=open_of(staff=staff, now=now), reason="replaced", actor=staff.actor, now=now)


def open_record(*, staff: Staff, key: str, device: str, rules: SessionRules, now: datetime) -> StaffSession:
    """Note a new session."""
    return StaffSession.objects.create(
        staff=staff,
        key=key,
        stamp=staff.session_stamp,
        started_at=now,
        seen_at=now,
        idle_until=now + rules.idle,
        open_until=now + rules.longest,
        address=current_origin().address,
        device=device,
    )


def note_seen(*, record: str, rules: SessionRules, now: datetime) -> None:
    """Note that the person still works, and when that ends by the rules of today."""
    if record:
        StaffSession.objects.filter(id=record).update(
            seen_at=now, idle_until=now + rules.idle, open_until=F("started_at") + rules.longest
        )


def close(*, record: str, reason: str, now: datetime) -> None:
    """Note that a session has ended by itself or by its own person, and write that down."""
    wanted = StaffSession.objects.select_related("staff").filter(ended_at=None)
    found = wanted.filter(id=record).first() if record else None
    if found is None:
        return
    _end(StaffSession.objects.filter(id=found.id), reason=reason, now=now)
    if reason != "signed_out":
        _record([found], reason=reason, actor=found.staff.actor, now=now)


def open_sessions(*, now: datetime) -> "QuerySet[StaffSession]":
    """List every session in which somebody can go on."""
    return StaffSession.objects.select_related("staff").filter(
        ended_at=None,
        idle_until__gt=now,
        open_until__gt=now,
        stamp=F("staff__session_stamp"),
        staff__is_active=True,
    )


def open_of(*, staff: Staff, now: datetime) -> "QuerySet[StaffSession]":
    """List the sessions in which one person can go on."""
    return open_sessions(now=now).filter(staff=staff)


def end_sessions(*, found: Iterable[StaffSession], reason: str, actor: Actor, now: datetime) -> int:
    """End sessions by somebody's will, at once and everywhere; count them."""
    ending = list(found)
    if not ending:
        return 0
    Session.objects.filter(session_key__in=[each.key for each in ending]).delete()
    _end(StaffSession.objects.filter(id__in=[each.id for each in ending]), reason=reason, now=now)
    _record(ending, reason=reason, actor=actor, now=now)
    return len(ending)


def why_gone(*, key: str) -> str:
    """Say why the session under a key was ended by somebody; empty where nobody did."""
    of_key = StaffSession.objects.filter(key=key)
    found = of_key.filter(ended_as__in=BY_PEOPLE).values_list("ended_as", flat=True).first()
    if found:
        return found
    # A new stamp ends sessions without a word in the book: other rights, or another password.
    is_stale = of_key.filter(ended_at=None).exclude(stamp=F("staff__session_stamp")).exists()
    return "changed" if is_stale else ""


def forget_old(*, now: datetime) -> int:
    """Delete the rows of sessions long past; the audit list keeps the sign-ins."""
    Session.objects.filter(expire_date__lt=now).delete()
    old = StaffSession.objects.filter(started_at__lt=now - KEPT)
    return old.delete()[0]


def _end(found: "QuerySet[StaffSession]", *, reason: str, now: datetime) -> None:
    found.update(ended_at=now, ended_as=reason)


def _record(ended: list[StaffSession], *, reason: str, actor: Actor, now: datetime) -> None:
    people: dict[UUID, int] = {}
    for each in ended:
        people[each.staff_id] = people.get(each.staff_id, 0) + 1
    for person, count in people.items():
        audit.record(
            actor=actor,
            action=ENDED,
            object_type=OBJECT,
            object_ids=[str(person)],
            details={"reason": reason, "sessions": count},
            now=now,
        )
