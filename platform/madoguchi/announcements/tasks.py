"""Work of this room that comes round."""

from celery import shared_task

from madoguchi import clock
from madoguchi.announcements import services


@shared_task(name="announcements.purge")
def purge() -> None:
    """Delete the announcements whose time of keeping is over."""
    services.purge(now=clock.now())
