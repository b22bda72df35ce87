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

AGAIN = (DeliveryState.BOUNCED, DeliveryState.FAILED, DeliveryState.SUPPRESSED, DeliveryState.HELD)


class DeliveryNotFound(NotFound):
    """There is no such message."""

    code = "delivery_not_found"
    message = _("この通知は見つかりません。")


class NothingToResend(DomainError):
    """It arrived, it still waits, or its content was forgotten when it had left."""

    code = "nothing_to_resend"
    message = _("この通知は送り直せません。送信した後は、内容を残していないためです。")


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
    delivery.save(update_fields=["state", "error", "settled_at"])
    outbox.publish(event=DeliveryQueued(delivery_id=delivery.pk), actor=SYSTEM, now=now)
    audit.record(
        actor=actor,
        action="notifications.resent",
        object_type="notifications.delivery",
        object_ids=[str(delivery.pk)],
        now=now,
    )
