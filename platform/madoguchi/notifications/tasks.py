"""Work of this room that comes round, and what a request is too short for."""

from uuid import UUID

from celery import shared_task

from madoguchi import clock
from madoguchi.jobs.tasks import CityTask
from madoguchi.notifications import keeping, senders


@shared_task(name="notifications.purge")
def purge() -> None:
    """Delete the records of messages whose time of keeping is over."""
    keeping.purge(now=clock.now())


@shared_task(base=CityTask, name="notifications.check_sender")
def check_sender(*, sender_id: str) -> None:
    """Look into the DNS for what a city should have set."""
    senders.check(sender_id=UUID(sender_id), now=clock.now())


@shared_task(name="notifications.check_senders")
def check_senders() -> None:
    """Look every day: a key that is taken out of the DNS makes every mail suspicious."""
    row = senders.newest()
    if row is not None:
        senders.check(sender_id=row.pk, now=clock.now())
