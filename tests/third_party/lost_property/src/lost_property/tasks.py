from celery import shared_task

from lost_property import services
from madoguchi import clock


@shared_task(name="lost_property.forget_old")
def forget_old() -> None:
    """Delete the reports that the city no longer keeps."""
    services.forget_old(now=clock.now())
