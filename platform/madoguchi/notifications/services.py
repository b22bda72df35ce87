import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from madoguchi.ledger.audit.actors import SYSTEM
from madoguchi.ledger.outbox import services as outbox
from madoguchi.ledger.vault import vault
from madoguchi.notifications import kinds
from madoguchi.notifications.events import DeliveryQueued
from madoguchi.notifications.messages import Attachment
from madoguchi.notifications.models import Delivery

SEALED_AT = "notifications_delivery.sealed"


def notify(
    *,
    kind: str,
    contact: UUID,
    values: Mapping[str, str],
    key: str,
    now: datetime,
    attachments: Sequence[Attachment] = (),
) -> None:
    """queue one message to a contact with the current transaction; a repeated key changes nothing."""
    kinds.find(kind)
    row = uuid.uuid4()
    sealed = vault.seal(
        fields={"values": dict(values), "attachments": [asdict(each) for each in attachments]},
        place=SEALED_AT,
        row=row,
    )
    delivery, is_new = Delivery.objects.get_or_create(
        key=key,
        defaults={
            "id": row,
            "kind": kind,
            "contact_id": contact,
            "sealed": sealed,
            "created_at": now,
        },
    )
    if is_new:
        outbox.publish(event=DeliveryQueued(delivery_id=delivery.id), actor=SYSTEM, now=now)
