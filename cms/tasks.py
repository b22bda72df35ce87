"""Work of this room that comes round."""

from celery import shared_task
from django.core.management import call_command

from cms import search


@shared_task(name="cms.publish_due")
def publish_due() -> None:
    """Publish and withdraw the pages whose time has come, and let every page be found."""
    call_command("publish_scheduled")
    search.catch_up()
