"""Messages that did not arrive, sent once more because a person says so."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from madoguchi.errors import DomainError, NotFound
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import SYSTEM, Actor
from madoguchi.ledger.outbox import services as outbox
from madoguchi.notifications.events import DeliveryQueued
from madoguchi.notifications.models import Delivery, DeliveryState

UNDELIVERED = (DeliveryState.BOUNCED, DeliveryState.FAILED, DeliveryState.SUPPRESSED)
AGAIN = (*UNDELIVERED, DeliveryState.HELD)


class DeliveryNotFound(NotFound):
    """There is no such message."""

    code = "delivery_not_found"
    message = _("この通知は見つかりません。")


class NothingToResend(DomainError):
    """It arrived, it still waits, or its content was forgotten when it had left."""

    code = "nothing_to_resend"
    message = _("この通知は送り直せません。送信した後は、内容を残していないためです。")


class NothingToHandle(DomainError):
    """It arrived, or it was marked so already."""

    code = "nothing_to_handle"
    message = _("この通知には、対応の印を付けたり外したりできません。")


def find(*, delivery_id: UUID) -> Delivery:
    """Find a message.

    Raises DeliveryNotFound.
    """
    found = Delivery.objects.filter(pk=delivery_id).first()
    if found is None:
        raise DeliveryNotFound(delivery_id=delivery_id)
    return found


def can_resend(delivery: Delivery) -> bool:
    """Tell whether a message can go out once more: it did not arrive, and what it says is still here."""
    return delivery.state in AGAIN and bool(delivery.mailing_id or bytes(delivery.sealed))


def resend(*, delivery_id: UUID, actor: Actor, now: datetime) -> None:
    """Queue a message once more.

    Raises DeliveryNotFound and NothingToResend.
    """
    delivery = Delivery.objects.select_for_update().filter(pk=delivery_id).first()
    if delivery is None:
        raise DeliveryNotFound(delivery_id=delivery_id)
    if not can_resend(delivery):
        raise NothingToResend
    delivery.state, delivery.error, delivery.settled_at = DeliveryState.QUEUED, "", None
    delivery.handled_at, delivery.handled_by = None, ""
    delivery.save(update_fields=["state", "error", "settled_at", "handled_at", "handled_by"])
    outbox.publish(event=DeliveryQueued(delivery_id=delivery.pk), actor=SYSTEM, now=now)
    _record("notifications.resent", delivery, actor, now)


def mark_handled(*, delivery_id: UUID, is_handled: bool, actor: Actor, now: datetime) -> None:
    """Note that somebody was told in another way, or take that back; what arrived needs no note.

    Raises DeliveryNotFound and NothingToHandle.
    """
    delivery = Delivery.objects.select_for_update().filter(pk=delivery_id).first()
    if delivery is None:
        raise DeliveryNotFound(delivery_id=delivery_id)
    if delivery.state not in UNDELIVERED or (delivery.handled_at is not None) == is_handled:
        raise NothingToHandle
    delivery.handled_at, delivery.handled_by = (now, actor.name) if is_handled else (None, "")
    delivery.save(update_fields=["handled_at", "handled_by"])
    action = "notifications.handled" if is_handled else "notifications.unhandled"
    _record(action, delivery, actor, now)


def _record(action: str, delivery: Delivery, actor: Actor, now: datetime) -> None:
    audit.record(
        actor=actor,
        action=action,
        object_type="notifications.delivery",
        object_ids=[str(delivery.pk)],
        now=now,
    )
