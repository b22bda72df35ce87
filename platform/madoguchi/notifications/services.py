import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from madoguchi.ledger import vault
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import SYSTEM, Actor
from madoguchi.ledger.outbox import services as outbox
from madoguchi.notifications import kinds, rendering, texts
from madoguchi.notifications.errors import TextRefused
from madoguchi.notifications.events import DeliveryQueued
from madoguchi.notifications.messages import Attachment
from madoguchi.notifications.models import Delivery, MessageTemplate

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
    """Queue one message to a contact with the current transaction; a repeated key changes nothing."""
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


def check_text(*, kind: str, subject: str, body: str) -> None:
    """Check a wording before it is kept or shown.

    Raises TextRefused with the problems of each field.
    """
    found = kinds.find(kind)
    allowed = [rendering.CITY, *(each.name for each in found.placeholders)]
    required = [each.name for each in found.placeholders if each.is_required]
    problems = {
        "subject": texts.problems(subject, allowed=allowed),
        "body": texts.problems(body, allowed=allowed, required=required),
    }
    if any(problems.values()):
        raise TextRefused(problems=problems)


def change_template(
    *, kind: str, language: str, wording: rendering.Wording, actor: Actor, now: datetime
) -> None:
    """Keep the city's own wording of a message.

    Raises TextRefused when the text has an unknown name or lacks a required one.
    """
    body = wording.body.replace("\r\n", "\n").strip() + "\n"
    subject = wording.subject.strip()
    check_text(kind=kind, subject=subject, body=body)
    MessageTemplate.objects.update_or_create(
        kind=kind,
        language=language,
        defaults={"subject": subject, "body": body, "updated_at": now},
    )
    record(action="notifications.template_changed", kind=kind, language=language, actor=actor, now=now)


def revert_template(*, kind: str, language: str, actor: Actor, now: datetime) -> None:
    """Go back to the text that the message is delivered with."""
    removed, _ = MessageTemplate.objects.filter(kind=kind, language=language).delete()
    if removed:
        record(action="notifications.template_reverted", kind=kind, language=language, actor=actor, now=now)


def record(*, action: str, kind: str, language: str, actor: Actor, now: datetime) -> None:
    """Write one audit entry about a wording."""
    audit.record(
        actor=actor,
        action=action,
        object_type="notifications.template",
        object_ids=[kind],
        details={"language": language},
        now=now,
    )
