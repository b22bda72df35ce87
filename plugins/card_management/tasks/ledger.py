"""Work of the cards themselves that comes round."""

from celery import shared_task

from madoguchi import clock
from plugins.card_management.services import search_pages


@shared_task(name="card_management.build_search_pages")
def build_search_pages() -> None:
    """Make the pages that one box looks through, where an import or an erasure dropped them."""
    search_pages.build(now=clock.now())
