"""Work of the shelves that comes round, all of it harmless to repeat."""

from celery import shared_task

from madoguchi import clock
from madoguchi.ledger.audit.actors import SYSTEM
from plugins.card_management.services import shelves_assigning, shelves_radar, shelves_tasks


@shared_task(name="card_management.assign_spots")
def assign_spots() -> None:
    """Give new cards their spots."""
    shelves_assigning.assign_new(actor=SYSTEM, now=clock.now())


@shared_task(name="card_management.follow_shelves")
def follow_shelves() -> None:
    """Set deadlines, and have cards put back whose day is over."""
    shelves_radar.refresh_deadlines()
    shelves_tasks.note_days_gone(now=clock.now())
