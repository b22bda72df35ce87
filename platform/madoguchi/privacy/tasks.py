"""Work of this room that comes round."""

from uuid import UUID

from celery import shared_task

from madoguchi import clock
from madoguchi.jobs.tasks import CityTask
from madoguchi.privacy import erasing, requests


@shared_task(name="privacy.begin_erasing")
def begin_erasing() -> None:
    """Begin tonight's erasing, class by class."""
    now = clock.now()
    requests.forget(now=now)
    for run_id in erasing.begin(now=now):
        erase_batch.delay_on_commit(run_id=str(run_id))


@shared_task(base=CityTask, name="privacy.erase_batch")
def erase_batch(*, run_id: str) -> None:
    """Erase one batch, and ask for the next one."""
    if erasing.go_on(run_id=UUID(run_id), now=clock.now()):
        erase_batch.delay_on_commit(run_id=run_id)
