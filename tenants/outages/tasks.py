"""Writing the pages for the proxies, beside the requests."""

import logging

from celery import shared_task
from django.conf import settings
from kombu.exceptions import OperationalError

from madoguchi import clock
from tenants.outages import pages

logger = logging.getLogger(__name__)


@shared_task(name="tenants.write_outage_pages")
def write_outage_pages() -> None:
    """Bring the pages that the proxies serve by themselves up to date."""
    if settings.MADOGUCHI["OUTAGE_PAGES"]:
        pages.write_pages(folder=settings.MADOGUCHI["OUTAGE_PAGES"], now=clock.now())


def write_soon() -> None:
    """Ask for new pages; without a broker they are written at the next round."""
    if not settings.MADOGUCHI["OUTAGE_PAGES"]:
        return
    try:
        write_outage_pages.delay()
    except OperationalError:
        logger.warning("the pages for the proxies are written at the next round")
