"""Webhooks are sent by a worker: an address that hangs delays no mail of any city."""

from datetime import timedelta
from uuid import UUID

from celery import shared_task
from django.db import transaction

from madoguchi import clock
from madoguchi.web.api import sending


@shared_task(name="api.send_message")
def send_message(*, webhook_id: str) -> None:
    """Send one message of an address, and come back for the next."""
    pause = sending.send_next(webhook_id=UUID(webhook_id), now=clock.now())
    if pause is not None:
        send_soon(webhook_id=UUID(webhook_id), pause=pause)


@shared_task(name="api.send_messages")
def send_messages() -> None:
    """Find what is due and nobody is sending."""
    for webhook_id in sending.with_due_messages(now=clock.now()):
        send_soon(webhook_id=webhook_id)


def send_soon(*, webhook_id: UUID, pause: timedelta = timedelta()) -> None:
    """Ask a worker to send what waits for an address; without a broker the sweep finds it."""
    asked = {"webhook_id": str(webhook_id)}
    transaction.on_commit(
        lambda: send_message.apply_async(None, asked, countdown=pause.total_seconds()), robust=True
    )
