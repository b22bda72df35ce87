"""Messages to addresses outside, one by one: their own queue, so that nobody's silence delays a mail."""

import hmac
import json
import random
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from madoguchi.ledger import vault
from madoguchi.ledger.outbox.delivery import delay_after
from madoguchi.tenancy import current_city
from madoguchi.web.api import posting
from madoguchi.web.api.models import Webhook, WebhookMessage

PLACE: Final = "api_webhook.sealed"
# So many messages in a row that were not taken, and the address is left in peace for a while.
REST_AFTER: Final = 5
FIRST_REST: Final = timedelta(minutes=15)
LONGEST_REST: Final = timedelta(hours=6)
GIVEN_UP_AFTER: Final = timedelta(days=3)
# What is due later than this is found by the sweep.
SOON: Final = timedelta(minutes=1)
LONGEST_WHY: Final = 80

_TAKE: Final = "SELECT pg_try_advisory_xact_lock(hashtext(current_schema() || '.api.webhook.' || %s))"


def send_next(*, webhook_id: UUID, now: datetime) -> timedelta | None:
    """Send the message of an address that waits longest; tell after which time to come again.

    Nothing where nothing is due soon, where the address rests, or where another worker is at it.
    """
    found = Webhook.objects.filter(pk=webhook_id).first()
    if found is None or not _take(webhook_id):
        return None
    waiting = WebhookMessage.objects.filter(webhook=found, state=WebhookMessage.State.WAITING)
    if found.stopped_at is not None:
        waiting.update(state=WebhookMessage.State.FAILED, settled_at=now)
        return None
    if found.rests_until is not None and found.rests_until > now:
        return None
    message = _due(waiting, now).order_by("made_at", "id").first()
    if message is None:
        return None
    try:
        posting.send(_written(found, message, now))
    except posting.AddressRefused as refusal:
        _settle(message, WebhookMessage.State.FAILED, now, why=type(refusal).__name__)
    except posting.NotTaken as failure:
        return _put_off(found, message, now, why=str(failure))
    else:
        _settle(message, WebhookMessage.State.DELIVERED, now, why="")
        Webhook.objects.filter(pk=found.pk).exclude(failures=0).update(failures=0, rests_until=None)
    return timedelta() if _due(waiting, now).exists() else None


def with_due_messages(*, now: datetime) -> list[UUID]:
    """List the addresses for which something is due, without those that rest."""
    due = _due(WebhookMessage.objects.filter(state=WebhookMessage.State.WAITING), now)
    awake = due.filter(Q(webhook__rests_until=None) | Q(webhook__rests_until__lte=now))
    return list(awake.order_by().values_list("webhook_id", flat=True).distinct())


def wake(*, webhook_id: UUID) -> None:
    """End the rest of an address: somebody wants to know whether it answers again."""
    Webhook.objects.filter(pk=webhook_id).update(failures=0, rests_until=None)
    WebhookMessage.objects.filter(webhook_id=webhook_id, state=WebhookMessage.State.WAITING).update(
        next_at=None
    )


def resting(*, now: datetime) -> QuerySet[Webhook]:
    """List the addresses that did not answer and are left in peace."""
    return Webhook.objects.filter(stopped_at=None, rests_until__gt=now)


def rest_after(*, failures: int) -> timedelta:
    """Tell how long an address rests after so many failures in a row; nothing after few."""
    if failures < REST_AFTER:
        return timedelta()
    return min(FIRST_REST * int(2 ** min(failures - REST_AFTER, 10)), LONGEST_REST)


def _take(webhook_id: UUID) -> bool:
    # Not the row: an administrator who stops the address must not wait for it.
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [str(webhook_id)])
        return bool(cursor.fetchone()[0])


def _due(waiting: QuerySet[WebhookMessage], now: datetime) -> QuerySet[WebhookMessage]:
    return waiting.filter(Q(next_at=None) | Q(next_at__lte=now))


def _settle(message: WebhookMessage, state: WebhookMessage.State, now: datetime, *, why: str) -> None:
    message.state, message.settled_at, message.next_at = state, now, None
    message.attempts += 1
    message.why = why[:LONGEST_WHY]
    message.save(update_fields=["state", "settled_at", "next_at", "attempts", "why"])


def _put_off(webhook: Webhook, message: WebhookMessage, now: datetime, *, why: str) -> timedelta | None:
    if now - message.made_at > GIVEN_UP_AFTER:
        _settle(message, WebhookMessage.State.FAILED, now, why=why)
        return None
    # Not for cryptography: a pause needs no secret.
    pause = delay_after(attempts=message.attempts, spread=random.random())  # noqa: S311
    message.attempts += 1
    message.next_at, message.why = now + pause, why[:LONGEST_WHY]
    message.save(update_fields=["attempts", "next_at", "why"])
    failures = min(webhook.failures + 1, 10_000)
    rest = rest_after(failures=failures)
    rests_until = now + rest if rest else None
    Webhook.objects.filter(pk=webhook.pk).update(failures=failures, rests_until=rests_until)
    return pause if not rest and pause <= SOON else None


def _written(webhook: Webhook, message: WebhookMessage, now: datetime) -> posting.Post:
    opened = vault.open_sealed(sealed=bytes(webhook.sealed), place=PLACE, row=webhook.pk)
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
    return posting.Post(address=webhook.address, headers=headers, body=body)
