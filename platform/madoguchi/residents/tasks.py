"""Work of this room that comes round."""

from datetime import timedelta

from celery import shared_task

from madoguchi import clock
from madoguchi.residents import services

KEPT_AFTER_END = timedelta(days=1)


@shared_task(name="residents.purge_links")
def purge_links() -> None:
    """Delete the links that ended a day ago or earlier."""
    services.purge_links(before=clock.now() - KEPT_AFTER_END)
