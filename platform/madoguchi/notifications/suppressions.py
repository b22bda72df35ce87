"""To whom nothing is sent and why: addresses that came back, complained, or asked for no more mailings."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from madoguchi.errors import NotFound
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import SYSTEM, Actor
from madoguchi.notifications.models import Suppression
from madoguchi.residents import queries as residents

Reason = Suppression.Reason
AT_FAULT = (Reason.BOUNCED, Reason.COMPLAINED)


class SuppressionNotFound(NotFound):
    """There is no such entry, or it was lifted already."""

    code = "suppression_not_found"
    message = _("この宛先の停止は、すでに解除されています。")


class Suppressed(Exception):
    """Nothing is sent to this address; ``reason`` says why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Cause:
    """Why an address is suppressed: what was sent, and what came of it."""

    reason: Reason
    masked_address: str
    error: str = ""
    delivery_id: UUID | None = None


def suppress(*, contact_id: UUID, cause: Cause, actor: Actor, now: datetime) -> None:
    """Send nothing more to the address of a contact; a second time changes nothing."""
    index = residents.address_indexes([contact_id]).get(contact_id)
    if index is None:
        return
    row, is_new = Suppression.objects.get_or_create(
        address_index=index,
        reason=cause.reason,
        lifted_at=None,
        defaults={
            "id": uuid.uuid4(),
            "masked_address": cause.masked_address,
            "error": cause.error,
            "delivery_id": cause.delivery_id,
            "since": now,
        },
    )
    if is_new:
        _record("notifications.address_suppressed", row, actor, now)


def ensure_wanted(*, contact_id: UUID, is_mailing: bool, is_asked_for: bool) -> None:
    """Let a mail pass, unless its address is at fault or asked for none of its kind.

    Raises Suppressed.
    """
    reasons = reasons_of(contact_id=contact_id)
    if is_mailing and Reason.OPTED_OUT in reasons:
        raise Suppressed(Reason.OPTED_OUT)
    # What somebody asked for just now is tried: the telephone may be set right by now.
    if not is_asked_for:
        for reason in AT_FAULT:
            if reason in reasons:
                raise Suppressed(reason)


def reasons_of(*, contact_id: UUID) -> frozenset[Reason]:
    """List why nothing is sent to a contact, in whatever language it was written to."""
    return frozenset(Reason(row.reason) for row in standing_of(contact_id=contact_id))


def standing_of(*, contact_id: UUID) -> list[Suppression]:
    """List the entries that stand against the address of a contact."""
    index = residents.address_indexes([contact_id]).get(contact_id)
    if index is None:
        return []
    return list(Suppression.objects.filter(address_index=index, lifted_at=None))


def suppressed_indexes() -> frozenset[bytes]:
    """List the indexes of all addresses to which no mailing goes."""
    found = Suppression.objects.filter(lifted_at=None).values_list("address_index", flat=True)
    return frozenset(bytes(index) for index in found)


def standing() -> "QuerySet[Suppression]":
    """List every entry that stands."""
    return Suppression.objects.filter(lifted_at=None)


def find(*, suppression_id: UUID) -> Suppression:
    """Find an entry, also one that was lifted.

    Raises SuppressionNotFound.
    """
    found = Suppression.objects.filter(pk=suppression_id).first()
    if found is None:
        raise SuppressionNotFound(suppression_id=suppression_id)
    return found


def lift(*, suppression_id: UUID, actor: Actor, now: datetime) -> Suppression:
    """Let mails go to an address again.

    Raises SuppressionNotFound.
    """
    row = Suppression.objects.select_for_update().filter(pk=suppression_id, lifted_at=None).first()
    if row is None:
        raise SuppressionNotFound(suppression_id=suppression_id)
    row.lifted_at, row.lifted_by = now, actor.name
    row.save(update_fields=["lifted_at", "lifted_by"])
    _record("notifications.address_lifted", row, actor, now)
    return row


def lift_proven(*, contact_id: UUID, now: datetime) -> None:
    """Let mails go again to somebody who has just opened the link of one."""
    for row in standing_of(contact_id=contact_id):
        if row.reason == Reason.BOUNCED:
            lift(suppression_id=row.pk, actor=SYSTEM, now=now)


def opt_out(*, contact_id: UUID, masked_address: str, now: datetime) -> None:
    """Send no more mailings to an address, as its owner asked."""
    cause = Cause(Reason.OPTED_OUT, masked_address)
    suppress(contact_id=contact_id, cause=cause, actor=_owner(contact_id), now=now)


def opt_in(*, contact_id: UUID, now: datetime) -> None:
    """Send mailings again to an address, as its owner asked."""
    for row in standing_of(contact_id=contact_id):
        if row.reason == Reason.OPTED_OUT:
            lift(suppression_id=row.pk, actor=_owner(contact_id), now=now)


def _owner(contact_id: UUID) -> Actor:
    return Actor(kind="resident", id=str(contact_id), name="")


def _record(action: str, row: Suppression, actor: Actor, now: datetime) -> None:
    audit.record(
        actor=actor,
        action=action,
        object_type="notifications.suppression",
        object_ids=[str(row.pk)],
        details={"reason": row.reason},
        now=now,
    )
