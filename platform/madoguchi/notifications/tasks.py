"""Work of this room that comes round."""

from celery import shared_task

from madoguchi import clock
from madoguchi.notifications import keeping


@shared_task(name="notifications.purge")
def purge() -> None:
    """Delete the records of messages whose time of keeping is over."""
    keeping.purge(now=clock.now())
