"""Work of this plugin that comes round, all of it harmless to repeat."""

import logging

from celery import shared_task

from madoguchi import clock
from plugins.card_reservation.services import (
    following,
    nudging,
    papers,
    reminders,
    slots,
    verification,
    waiting_list,
)

logger = logging.getLogger(__name__)


@shared_task(name="card_reservation.open_slots")
def open_slots() -> None:
    """Move the horizon of slots on by a day."""
    now = clock.now()
    slots.open_slots(now=now)
    following.follow_everywhere(now=now)


@shared_task(name="card_reservation.reconcile")
def reconcile() -> None:
    """Report slots whose counter does not equal their bookings."""
    drifted = slots.reconcile(now=clock.now())
    if drifted:
        logger.error("%s slots do not equal their bookings", len(drifted))


@shared_task(name="card_reservation.make_paper_kits")
def make_paper_kits() -> None:
    """Make the lists from which counters work when we are away."""
    papers.make_kits(now=clock.now())


@shared_task(name="card_reservation.send_reminders")
def send_reminders() -> None:
    """Queue the reminders of this hour."""
    reminders.send_reminders(now=clock.now())


@shared_task(name="card_reservation.forget_failures")
def forget_failures() -> None:
    """Delete the failed verifications of days gone by."""
    verification.forget_failures(now=clock.now())


@shared_task(name="card_reservation.offer_places")
def offer_places() -> None:
    """Let unanswered offers lapse, and offer what is free to those who wait."""
    waiting_list.go_on(now=clock.now())


@shared_task(name="card_reservation.follow_no_shows")
def follow_no_shows() -> None:
    """Let who did not come book again, and ask them to."""
    now = clock.now()
    nudging.let_go(now=now)
    nudging.send_nudges(now=now)
