"""Keeping a person out and letting them in again; and lifting what failed sign-ins stopped."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from axes.models import AccessAttempt
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts import services, session_book
from madoguchi.accounts.errors import StaffNotFound
from madoguchi.accounts.lockout import counted_index, forget_failures
from madoguchi.accounts.models import Staff
from madoguchi.errors import DomainError, Invalid
from madoguchi.ledger.audit.actors import Actor

LOCKED: Final = "accounts.person_locked"
UNLOCKED: Final = "accounts.person_unlocked"
FAILURES_LIFTED: Final = "accounts.failures_lifted"


class ReasonMissing(Invalid):
    """Whoever keeps somebody out says why."""

    code = "reason_missing"
    message = _("理由を入力してください。")


class NothingToLift(DomainError):
    """This person is not stopped anywhere."""

    code = "nothing_to_lift"
    message = _("この人のサインインは止まっていません。")


@dataclass(frozen=True)
class Stop:
    """An address at which a person's sign-in is stopped after failures."""

    address: str
    failures: int
    since: datetime
    until: datetime


def lock(*, staff_id: UUID, reason: str, actor: Actor, now: datetime) -> Staff:
    """Keep a person out from this moment on, everywhere.

    Raises ReasonMissing, OwnAccount, LastAdministrator and StaffNotFound.
    """
    if not reason.strip():
        raise ReasonMissing
    with transaction.atomic():
        staff = _person(staff_id)
        open_now = list(session_book.open_of(staff=staff, now=now))
        _let_in(staff, actor=actor, now=now, is_active=False)
        session_book.end_sessions(found=open_now, reason="locked", actor=actor, now=now)
        details = {"reason": reason.strip()[:200]}
        services.record(actor=actor, action=LOCKED, staff=staff_id, details=details, now=now)
    return staff


def unlock(*, staff_id: UUID, actor: Actor, now: datetime) -> Staff:
    """Let a person in again, who then signs in with their own password.

    Raises OwnAccount and StaffNotFound.
    """
    with transaction.atomic():
        staff = _person(staff_id)
        _let_in(staff, actor=actor, now=now, is_active=True)
        forget_failures(staff_code=staff.staff_code)
        services.record(actor=actor, action=UNLOCKED, staff=staff_id, now=now)
    return staff


def stops_of(*, staff: Staff, now: datetime) -> Sequence[Stop]:
    """List where failed sign-ins have stopped this person for a while."""
    cool_off = settings.AXES_COOLOFF_TIME
    found = AccessAttempt.objects.filter(
        username=counted_index(staff_code=staff.staff_code),
        failures_since_start__gte=settings.AXES_FAILURE_LIMIT,
        attempt_time__gt=now - cool_off,
    )
    return [
        Stop(
            address=str(each.ip_address or ""),
            failures=each.failures_since_start,
            since=each.attempt_time,
            until=each.attempt_time + cool_off,
        )
        for each in found.order_by("-attempt_time")
    ]


def lift_failures(*, staff_id: UUID, actor: Actor, now: datetime) -> Staff:
    """Let a person try again at once where failures had stopped them.

    Raises NothingToLift and StaffNotFound.
    """
    with transaction.atomic():
        staff = _person(staff_id)
        if not stops_of(staff=staff, now=now):
            raise NothingToLift
        forget_failures(staff_code=staff.staff_code)
        services.record(actor=actor, action=FAILURES_LIFTED, staff=staff_id, now=now)
    return staff


def _let_in(staff: Staff, *, actor: Actor, now: datetime, is_active: bool) -> None:
    roles = list(staff.roles.values_list("key", flat=True))
    services.grant(staff_id=staff.id, role_keys=roles, is_active=is_active, actor=actor, now=now)


def _person(staff_id: UUID) -> Staff:
    staff = Staff.objects.filter(id=staff_id).first()
    if staff is None:
        raise StaffNotFound
    return staff
