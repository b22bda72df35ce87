"""Work of the register that comes round or may take long, all of it harmless to repeat."""

from uuid import UUID

from celery import shared_task
from django.utils.translation import gettext as _

from madoguchi import clock
from madoguchi.jobs import services as jobs
from madoguchi.jobs.tasks import CityTask
from madoguchi.ledger.audit.actors import SYSTEM
from plugins.card_management.services import (
    postal_filling,
    register_following,
    register_picking,
    register_sources,
    renewals,
)


@shared_task(base=CityTask, name="card_management.look_at_file_sources")
def look_at_file_sources() -> None:
    """Send a worker to every place of files that is to be looked at now."""
    for source in register_picking.due(now=clock.now()):
        look_at_file_source.delay_on_commit(source_id=str(source))


@shared_task(base=CityTask, name="card_management.look_at_file_source")
def look_at_file_source(*, source_id: str) -> None:
    """Look into one place of files."""
    register_picking.look(source_id=UUID(source_id), now=clock.now())


@shared_task(base=CityTask, name="card_management.test_file_source")
def test_file_source(*, source_id: str) -> None:
    """Try the connection to a place of files."""
    register_sources.test(source_id=UUID(source_id), now=clock.now())


@shared_task(base=CityTask, name="card_management.follow_register")
def follow_register() -> None:
    """Join new cards with their holders in the register."""
    register_following.follow_new_cards(now=clock.now())


@shared_task(base=CityTask, name="card_management.follow_stays")
def follow_stays() -> None:
    """Flag the cards of those whose stay has ended or ends soon, match renewals, and look up postal codes."""
    now = clock.now()
    register_following.follow_stays(now=now)
    renewals.match_all(now=now)
    postal_filling.fill(actor=SYSTEM, now=now, tell=lambda done, total: None)


@shared_task(base=CityTask, name="card_management.match_renewals")
def match_renewals() -> None:
    """Match the renewal list with the cards that were made."""
    renewals.match_all(now=clock.now())


@shared_task(base=CityTask, name="card_management.find_postcodes")
def find_postcodes(*, job: str) -> None:
    """Look up every card without a postal code."""
    now = clock.now()
    progress = jobs.Progress(job_id=UUID(job), now=now)
    found = postal_filling.fill(
        actor=jobs.asked_by(job_id=UUID(job)),
        now=now,
        tell=lambda done, total: progress.tell(done=done, total=total),
    )
    message = _("郵便番号を記録したカード%(filled)d枚、決まらないカード%(asked)d枚。")
    jobs.finish(
        job_id=UUID(job),
        total=found.filled + found.asked,
        errors=0,
        message=message % {"filled": found.filled, "asked": found.asked},
        now=clock.now(),
    )
