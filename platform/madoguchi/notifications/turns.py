"""A mailing leaves in small pieces, so that a confirmation never waits behind fifty thousand reminders.

Each turn queues a few mails and asks for the next turn behind them; a paused or stopped mailing takes none.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from uuid import UUID

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
ENLISTED_AT_ONCE = 2_000
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
    for piece in _pieces(found.recipients):
        rows = [_waiting(mailing, recipient, now) for recipient in piece]
        Delivery.objects.bulk_create(rows, ignore_conflicts=True)
    mailing.total = Delivery.objects.filter(mailing_id=mailing.pk).count()
    mailing.left_out, mailing.state = found.left_out, State.SENDING
    mailing.save(update_fields=["total", "left_out", "state"])


def _waiting(mailing: Mailing, recipient: Recipient, now: datetime) -> Delivery:
    return Delivery(
        key=f"mailing:{mailing.pk}:{recipient.contact_id}",
        kind=MAILING,
        contact_id=recipient.contact_id,
        about=recipient.about,
        mailing_id=mailing.pk,
        state=DeliveryState.WAITING,
        sealed=b"",
        created_at=now,
        due_at=now,
    )


def _pieces(recipients: Sequence[Recipient]) -> Iterator[Sequence[Recipient]]:
    for start in range(0, len(recipients), ENLISTED_AT_ONCE):
        yield recipients[start : start + ENLISTED_AT_ONCE]


def _queue_piece(mailing: Mailing, now: datetime) -> int:
    waiting = Delivery.objects.filter(
        due_at__lte=now, mailing_id=mailing.pk, state=DeliveryState.WAITING
    ).order_by("due_at", "id")
    piece = list(waiting.values_list("id", flat=True)[:PIECE])
    Delivery.objects.filter(id__in=piece).update(state=DeliveryState.QUEUED)
    for delivery_id in piece:
        outbox.publish(event=DeliveryQueued(delivery_id=delivery_id), actor=SYSTEM, now=now)
    return len(piece)
