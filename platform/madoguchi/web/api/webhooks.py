"""Addresses outside that are told of events: registered by staff, signed, sent by the relay."""

import hmac
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madoguchi.errors import DomainError, NotFound
from madoguchi.hooks.contracts.events import Event
from madoguchi.ledger import vault
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import Actor
from madoguchi.ledger.outbox import services as outbox
from madoguchi.ledger.outbox.models import OutboxEvent
from madoguchi.ledger.values import JSON
from madoguchi.tenancy import current_city
from madoguchi.web.api import declarations, posting
from madoguchi.web.api.events import PING, MessageQueued, content_of
from madoguchi.web.api.models import Webhook, WebhookMessage

PLACE: Final = "api_webhook.sealed"
MOST_WEBHOOKS: Final = 10
KEPT: Final = timedelta(days=30)
SHOWN: Final = 50


class WebhookNotFound(NotFound):
    """No address of this city has this number."""

    code = "webhook_not_found"
    message = _("この通知先は見つかりません。")


class TooManyWebhooks(DomainError):
    """The city tells as many addresses as it may."""

    code = "too_many_webhooks"
    message = _("通知先は10か所までです。使っていないものを止めてください。")


@dataclass(frozen=True, slots=True)
class MadeWebhook:
    """A new address and its secret: the only moment at which anybody can read it."""

    id: UUID
    secret: str


@dataclass(frozen=True, slots=True)
class MessageLine:
    """One message as staff see it."""

    event: str
    made_at: datetime
    state: str
    attempts: int
    next_at: datetime | None
    why: str


def register(*, label: str, address: str, events: Sequence[str], actor: Actor, now: datetime) -> MadeWebhook:
    """Register an address that is told of events.

    Raises AddressRefused or TooManyWebhooks.
    """
    host = posting.read_address(address).hostname or ""
    with transaction.atomic():
        if Webhook.objects.filter(stopped_at=None).count() >= MOST_WEBHOOKS:
            raise TooManyWebhooks
        number, secret = uuid4(), secrets.token_urlsafe(32)
        Webhook.objects.create(
            id=number,
            label=label,
            address=address,
            events=sorted(events),
            sealed=vault.seal(fields={"secret": secret}, place=PLACE, row=number),
            made_at=now,
            made_by=actor.name,
        )
        details: dict[str, JSON] = {"label": label, "events": [*sorted(events)], "host": host}
        _record(declarations.WEBHOOK_MADE, number, actor, now, details)
    return MadeWebhook(id=number, secret=secret)


def stop(*, webhook_id: UUID, actor: Actor, now: datetime) -> None:
    """Tell an address nothing more; a second time changes nothing.

    Raises WebhookNotFound.
    """
    with transaction.atomic():
        found = find(webhook_id=webhook_id)
        if Webhook.objects.filter(pk=found.pk, stopped_at=None).update(stopped_at=now):
            _record(declarations.WEBHOOK_STOPPED, found.pk, actor, now, {"label": found.label})


def ping(*, webhook_id: UUID, actor: Actor, now: datetime) -> None:
    """Send an address a message that says nothing but that it arrived.

    Raises WebhookNotFound.
    """
    with transaction.atomic():
        found = find(webhook_id=webhook_id)
        if found.stopped_at is not None:
            raise WebhookNotFound
        _queue(found, event=PING, key=uuid4(), content={}, actor=actor, now=now)
        _record(declarations.WEBHOOK_TESTED, found.pk, actor, now, {"label": found.label})


def hear(*, event: Event, key: UUID, actor: Actor, now: datetime) -> None:
    """Queue a message to every address that wants to know of this kind of event."""
    WebhookMessage.objects.filter(made_at__lt=now - KEPT).delete()
    for wanted in Webhook.objects.filter(stopped_at=None, events__contains=[event.kind]):
        if not WebhookMessage.objects.filter(webhook=wanted, event_key=key).exists():
            content = content_of(event)
            _queue(wanted, event=event.kind, key=key, content=content, actor=actor, now=now)


def send(*, event: Event, key: UUID, actor: Actor, now: datetime) -> None:
    """Send one queued message; a second call finds it delivered and does nothing.

    Raises NotTaken, which asks for a later try.
    """
    assert isinstance(event, MessageQueued)
    wanted = WebhookMessage.objects.select_for_update(of=("self",)).select_related("webhook")
    message = wanted.filter(pk=event.message_id).first()
    if message is None or message.state != WebhookMessage.State.WAITING:
        return
    message.state = WebhookMessage.State.FAILED
    if message.webhook.stopped_at is None:
        try:
            posting.send(_written(message, now))
        except posting.AddressRefused:
            pass
        else:
            message.state = WebhookMessage.State.DELIVERED
    message.settled_at = now
    message.save(update_fields=["state", "settled_at"])


def find(*, webhook_id: UUID) -> Webhook:
    """Find an address by its number.

    Raises WebhookNotFound.
    """
    found = Webhook.objects.filter(pk=webhook_id).first()
    if found is None:
        raise WebhookNotFound
    return found


def messages_of(*, webhook: Webhook) -> list[MessageLine]:
    """List what an address was told lately, newest first, and how often that was tried."""
    found = list(WebhookMessage.objects.filter(webhook=webhook)[:SHOWN])
    queued = OutboxEvent.objects.filter(key__in=[message.queued for message in found])
    tries: dict[UUID | None, OutboxEvent] = {event.key: event for event in queued}
    return [_line(message, tries.get(message.queued)) for message in found]


def _line(message: WebhookMessage, tried: OutboxEvent | None) -> MessageLine:
    is_given_up = tried is not None and tried.dead_at is not None
    waits = tried is not None and tried.done_at is None and not is_given_up and tried.attempts > 0
    return MessageLine(
        event=message.event,
        made_at=message.made_at,
        state="failed" if is_given_up else message.state,
        attempts=tried.attempts if tried else 0,
        next_at=tried.next_at if tried and waits else None,
        why=tried.last_error.rpartition(".")[2] if tried and (waits or is_given_up) else "",
    )


def _queue(
    webhook: Webhook, *, event: str, key: UUID, content: dict[str, object], actor: Actor, now: datetime
) -> None:
    message = WebhookMessage.objects.create(
        webhook=webhook, event=event, event_key=key, content=content, made_at=now
    )
    message.queued = outbox.publish(event=MessageQueued(message_id=message.id), actor=actor, now=now)
    message.save(update_fields=["queued"])


def _written(message: WebhookMessage, now: datetime) -> posting.Post:
    opened = vault.open_sealed(sealed=bytes(message.webhook.sealed), place=PLACE, row=message.webhook.pk)
    told = {
        "id": str(message.id),
        "event": message.event,
        "city": current_city().code,
        "at": message.made_at.isoformat(),
        "content": message.content,
    }
    body = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
    moment = str(int(now.timestamp()))
    signed = hmac.digest(str(opened["secret"]).encode(), moment.encode() + b"." + body, "sha256").hex()
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Madoguchi",
        "Madoguchi-Event": message.event,
        "Madoguchi-Signature": f"t={moment},v1={signed}",
    }
    return posting.Post(address=message.webhook.address, headers=headers, body=body)


def _record(action: str, webhook_id: UUID, actor: Actor, now: datetime, details: Mapping[str, JSON]) -> None:
    audit.record(
        actor=actor,
        action=action,
        object_type=declarations.WEBHOOK,
        object_ids=[str(webhook_id)],
        details=details,
        now=now,
    )
