"""A mailing leaves in small pieces, so that a confirmation never waits behind fifty thousand reminders.

Each turn queues a few mails and asks for the next turn behind them; a paused or stopped mailing takes none.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import connection
from django.db.models import Min

from madoguchi.hooks.contracts.events import Event
from madoguchi.ledger.audit.actors import SYSTEM, Actor
from madoguchi.ledger.outbox import services as outbox
from madoguchi.notifications import mailings
from madoguchi.notifications.declarations import MAILING
from madoguchi.notifications.events import DeliveryQueued, MailingTurn
from madoguchi.notifications.mailings import Recipient
from madoguchi.notifications.models import Delivery, DeliveryState, Mailing

PIECE = 50
PATIENCE = timedelta(seconds=30)
_ENLIST = """
INSERT INTO notifications_delivery (id, key, kind, contact_id, about, mailing_id, state, language, sealed,
                                    masked_address, error, created_at, due_at)
SELECT id, 'mailing:' || %(mailing)s::uuid || ':' || contact_id, %(kind)s, contact_id, about,
       %(mailing)s::uuid, %(state)s, '', ''::bytea, '', '', %(now)s, %(now)s
  FROM unnest(%(ids)s::uuid[], %(contacts)s::uuid[], %(abouts)s::uuid[]) AS people (id, contact_id, about)
    ON CONFLICT DO NOTHING
"""
State = Mailing.State


def take_turn(*, event: Event, key: UUID, actor: Actor, now: datetime) -> None:
    """Send the next piece of a mailing; a turn of an older chain, or of one that rests, does nothing."""
    assert isinstance(event, MailingTurn)
    mailing = Mailing.objects.select_for_update().filter(pk=event.mailing_id, turn=event.turn).first()
    if mailing is None or mailing.state not in mailings.RUNNING:
        return
    if mailing.state == State.CONFIRMED:
        enlist(mailing=mailing, now=now)
    next_at = now if _queue_piece(mailing, now) else _rest_until(mailing, now)
    if next_at is None:
        mailing.state, mailing.finished_at = State.DONE, now
        mailing.save(update_fields=["state", "finished_at"])
        return
    again = MailingTurn(mailing_id=mailing.pk, turn=mailing.turn)
    outbox.publish(event=again, actor=SYSTEM, now=now, due_at=next_at)


def _rest_until(mailing: Mailing, now: datetime) -> datetime | None:
    """Tell when to look again: what was sent back to wait, what still is on its way, or never."""
    found = Delivery.objects.filter(mailing_id=mailing.pk)
    first = found.filter(state=DeliveryState.WAITING).aggregate(first=Min("due_at"))["first"]
    if first is None and found.filter(state=DeliveryState.QUEUED).exists():
        return now + PATIENCE
    return None if first is None else max(first, now)


def enlist(*, mailing: Mailing, now: datetime) -> None:
    """Write down everybody a mailing goes to, each address once."""
    found = mailings.reach(mailing=mailing, now=now)
    _write_down(mailing, found.recipients, now)
    mailing.total = Delivery.objects.filter(mailing_id=mailing.pk).count()
    mailing.left_out, mailing.state = found.left_out, State.SENDING
    mailing.save(update_fields=["total", "left_out", "state"])


def _write_down(mailing: Mailing, recipients: Sequence[Recipient], now: datetime) -> None:
    """One statement for everybody: row by row, fifty thousand would hold the city's relay for a minute."""
    values: dict[str, Any] = {
        "ids": [uuid4() for _recipient in recipients],
        "contacts": [recipient.contact_id for recipient in recipients],
        "abouts": [recipient.about for recipient in recipients],
        "kind": MAILING,
        "mailing": mailing.pk,
        "state": DeliveryState.WAITING.value,
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(_ENLIST, values)


def _queue_piece(mailing: Mailing, now: datetime) -> int:
    waiting = Delivery.objects.filter(
        due_at__lte=now, mailing_id=mailing.pk, state=DeliveryState.WAITING
    ).order_by("due_at", "id")
    piece = list(waiting.values_list("id", flat=True)[:PIECE])
    Delivery.objects.filter(id__in=piece).update(state=DeliveryState.QUEUED)
    for delivery_id in piece:
        outbox.publish(event=DeliveryQueued(delivery_id=delivery_id), actor=SYSTEM, now=now)
    return len(piece)
