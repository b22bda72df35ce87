import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Max

from madoguchi.ledger import vault
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import SYSTEM, Actor
from madoguchi.ledger.outbox import services as outbox
from madoguchi.ledger.values import JSON
from madoguchi.notifications import kinds, rendering, texts
from madoguchi.notifications.errors import TextRefused, WordingMoved
from madoguchi.notifications.events import DeliveryQueued
from madoguchi.notifications.messages import Enclosed
from madoguchi.notifications.models import Delivery, MessageTemplate
from madoguchi.notifications.rendering import Wording
from madoguchi.residents import services as residents
from madoguchi.web.seen import ensure_current

SEALED_AT = "notifications_delivery.sealed"
NOTHING_ENCLOSED = Enclosed()


@dataclass(frozen=True)
class Order:
    """What to send to whom; the content is sealed."""

    kind: str
    contact: UUID
    content: dict[str, JSON]
    key: str
    about: UUID | None = None


def notify(
    *,
    kind: str,
    contact: UUID,
    values: Mapping[str, str],
    key: str,
    now: datetime,
    enclosed: Enclosed = NOTHING_ENCLOSED,
) -> None:
    """Queue one message to a contact with the current transaction; a repeated key changes nothing."""
    content: dict[str, JSON] = {
        "values": dict(values),
        "attachments": [asdict(each) for each in enclosed.attachments],
        "is_sample": False,
    }
    queue(Order(kind=kind, contact=contact, content=content, key=key, about=enclosed.about), now=now)


def queue(order: Order, *, now: datetime) -> None:
    """Write the delivery and the event that sends it, unless this key has one."""
    kinds.find(order.kind)
    row = uuid.uuid4()
    delivery, is_new = Delivery.objects.get_or_create(
        key=order.key,
        defaults={
            "id": row,
            "kind": order.kind,
            "contact_id": order.contact,
            "about": order.about,
            "sealed": vault.seal(fields=order.content, place=SEALED_AT, row=row),
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
    personal = [each.name for each in found.placeholders if each.is_personal]
    forbidden = personal if found.has_no_personal_data else ()
    problems = {
        "subject": texts.problems(subject, allowed=allowed, forbidden=forbidden),
        "body": texts.problems(body, allowed=allowed, required=required, forbidden=forbidden),
    }
    if any(problems.values()):
        raise TextRefused(problems=problems)


def change_template(
    *,
    kind: str,
    language: str,
    wording: Wording,
    actor: Actor,
    now: datetime,
    seen: str | None = None,
) -> None:
    """Keep the city's own wording of a message as its newest version.

    Raises TextRefused when the text has an unknown name or lacks a required one, and WordingMoved where
    there is a newer version than was seen.
    """
    _wait_for_others()
    ensure_current(seen=seen, current=newest_version(kind=kind, language=language), refusal=WordingMoved)
    body = wording.body.replace("\r\n", "\n").strip() + "\n"
    tidy = Wording(wording.subject.strip(), body, is_default=False)
    check_text(kind=kind, subject=tidy.subject, body=tidy.body)
    keep(kind=kind, language=language, wording=tidy, actor=actor, now=now)
    record(action="notifications.template_changed", kind=kind, language=language, actor=actor, now=now)


def newest_version(*, kind: str, language: str) -> str:
    """Name the newest version of a wording; empty while it is the one we deliver."""
    found = MessageTemplate.objects.filter(kind=kind, language=language)
    return str(found.aggregate(newest=Max("version"))["newest"] or "")


def revert_template(*, kind: str, language: str, actor: Actor, now: datetime) -> None:
    """Go back to the text that the message is delivered with."""
    _wait_for_others()
    first = rendering.default_wording(kind=kinds.find(kind), language=language)
    keep(kind=kind, language=language, wording=first, actor=actor, now=now)
    record(action="notifications.template_reverted", kind=kind, language=language, actor=actor, now=now)


def keep(*, kind: str, language: str, wording: Wording, actor: Actor, now: datetime) -> None:
    """Write a wording down as the newest version, unless it is the newest already."""
    if wording == rendering.wording(kind=kinds.find(kind), language=language):
        return
    versions = MessageTemplate.objects.filter(kind=kind, language=language)
    newest = versions.aggregate(newest=Max("version"))["newest"] or 0
    MessageTemplate.objects.create(
        kind=kind,
        language=language,
        version=newest + 1,
        subject=wording.subject,
        body=wording.body,
        is_default=wording.is_default,
        saved_at=now,
        saved_by=actor.name,
    )


def _wait_for_others() -> None:
    """Let one after the other look for the newest version: two at once would both write the next one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext(current_schema() || '.notifications.wordings'))"
        )


def send_sample(*, kind: str, language: str, address: str, actor: Actor, now: datetime) -> None:
    """Send a message with sample values to an address of the staff, marked as a test."""
    found = kinds.find(kind)
    values = rendering.sample_values(kind=found, language=language)
    contact = residents.staff_contact_for(email=address, language=language, now=now)
    queue(
        Order(
            kind=kind,
            contact=contact,
            content={"values": values, "attachments": [], "is_sample": True},
            key=f"sample:{uuid.uuid4()}",
        ),
        now=now,
    )
    record(action="notifications.sample_sent", kind=kind, language=language, actor=actor, now=now)


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
