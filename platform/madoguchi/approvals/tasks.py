"""Work of this room that comes round."""

from celery import shared_task

from madoguchi import clock
from madoguchi.approvals import services


@shared_task(name="approvals.expire")
def expire() -> None:
    """Close what nobody decided in time."""
    services.expire(now=clock.now())
