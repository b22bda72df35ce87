"""Addresses outside that are told of events: registered by staff, each with a secret of its own."""

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
from madoguchi.ledger.values import JSON
from madoguchi.web.api import declarations, posting, sending, tasks
from madoguchi.web.api.events import PING, MessageQueued, content_of
from madoguchi.web.api.models import Webhook, WebhookMessage

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
            sealed=vault.seal(fields={"secret": secret}, place=sending.PLACE, row=number),
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
        sending.wake(webhook_id=found.pk)
        _queue(found, event=PING, key=uuid4(), content={}, now=now)
        _record(declarations.WEBHOOK_TESTED, found.pk, actor, now, {"label": found.label})


def hear(*, event: Event, key: UUID, actor: Actor, now: datetime) -> None:
    """Queue a message to every address that wants to know of this kind of event."""
    WebhookMessage.objects.filter(made_at__lt=now - KEPT).delete()
    for wanted in Webhook.objects.filter(stopped_at=None, events__contains=[event.kind]):
        if not WebhookMessage.objects.filter(webhook=wanted, event_key=key).exists():
            content = content_of(event)
            _queue(wanted, event=event.kind, key=key, content=content, now=now)


def hear_queued(*, event: Event, key: UUID, actor: Actor, now: datetime) -> None:
    """Hand over what an earlier release left in the outbox."""
    assert isinstance(event, MessageQueued)
    found = WebhookMessage.objects.filter(pk=event.message_id, state=WebhookMessage.State.WAITING)
    for webhook_id in found.values_list("webhook_id", flat=True):
        tasks.send_soon(webhook_id=webhook_id)


def find(*, webhook_id: UUID) -> Webhook:
    """Find an address by its number.

    Raises WebhookNotFound.
    """
    found = Webhook.objects.filter(pk=webhook_id).first()
    if found is None:
        raise WebhookNotFound
    return found


def messages_of(*, webhook: Webhook) -> list[WebhookMessage]:
    """List what an address was told lately, newest first, and how often that was tried."""
    return list(WebhookMessage.objects.filter(webhook=webhook)[:SHOWN])


def _queue(webhook: Webhook, *, event: str, key: UUID, content: dict[str, object], now: datetime) -> None:
    WebhookMessage.objects.create(webhook=webhook, event=event, event_key=key, content=content, made_at=now)
    tasks.send_soon(webhook_id=webhook.pk)


def _record(action: str, webhook_id: UUID, actor: Actor, now: datetime, details: Mapping[str, JSON]) -> None:
    audit.record(
        actor=actor,
        action=action,
        object_type=declarations.WEBHOOK,
        object_ids=[str(webhook_id)],
        details=details,
        now=now,
    )
