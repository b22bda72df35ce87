"""Work of what comes in that comes round, harmless to repeat."""

from celery import shared_task

from madoguchi import clock
from madoguchi.jobs.tasks import CityTask
from plugins.card_management.services import intake_before


@shared_task(base=CityTask, name="card_management.forget_before")
def forget_before() -> None:
    """Forget how cards were before imports that can no longer be taken back."""
    intake_before.forget(now=clock.now())
