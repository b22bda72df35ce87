"""Sealing anew beside the requests: no task of one city, because each batch has its own transaction."""

import logging
from uuid import UUID

from celery import shared_task

from madoguchi import clock
from madoguchi.jobs import services as jobs
from madoguchi.jobs.tasks import DispatchTask
from madoguchi.ledger.audit.actors import SYSTEM, Actor
from madoguchi.tenancy import City, directory, in_city
from tenants.keys import rotating

logger = logging.getLogger(__name__)


@shared_task(
    base=DispatchTask, name="tenants.reseal", acks_late=True, reject_on_worker_lost=True, ignore_result=True
)
def reseal(*, city_id: str, job: str) -> None:
    """Carry a newer key through one city, with progress for our operators."""
    with in_city(directory().operators()):
        actor = jobs.asked_by(job_id=UUID(job))
    operator = Actor(kind="operator", id=actor.id, name=actor.name)
    reseal_with_job(city=_city(city_id), job=job, actor=operator)


def _city(city_id: str) -> City:
    known = directory()
    return next(city for city in (*known.all(), known.operators()) if str(city.uuid) == city_id)


def reseal_with_job(*, city: City, job: str, actor: Actor) -> rotating.Resealed:
    """Carry a newer key through one city and close the job in the end, however it ends."""
    operators, now = directory().operators(), clock.now()
    progress = jobs.Progress(job_id=UUID(job), now=now)

    def tell(done: int, total: int) -> None:
        with in_city(operators):
            progress.tell(done=done, total=max(done, total))

    try:
        result = rotating.reseal(city=city, actor=actor, tell=tell, now=now)
    except Exception as trouble:
        with in_city(operators):
            jobs.close_broken(job_id=UUID(job), reason=trouble, now=clock.now())
        raise
    with in_city(operators):
        jobs.finish(job_id=UUID(job), total=result.done, errors=result.broken, message="", now=clock.now())
    return result


@shared_task(base=DispatchTask, name="tenants.reseal_rest", ignore_result=True)
def reseal_rest() -> None:
    """Go on where a worker was stopped."""
    for city in list(rotating.unfinished()):
        result = rotating.reseal(city=city, actor=SYSTEM, tell=lambda done, total: None, now=clock.now())
        logger.info("sealed anew in %s: %s rows, %s left", city.code, result.done, result.left)
