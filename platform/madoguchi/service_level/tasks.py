"""What comes round each month."""

from celery import shared_task

from madoguchi import clock
from madoguchi.jobs.tasks import CityTask
from madoguchi.ledger.audit import reporting


@shared_task(base=CityTask, name="service_level.make_log_reports")
def make_log_reports() -> None:
    """Write the log report of every month that is over and has none yet."""
    reporting.make_missing(now=clock.now())
