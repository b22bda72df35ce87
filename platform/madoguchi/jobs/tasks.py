"""The base of every Celery task: it runs in a city, in one transaction, or not at all."""

import logging
from typing import Any
from uuid import UUID

from celery import current_app, shared_task
from celery.contrib.django.task import DjangoTask
from django.utils.translation import gettext_lazy as _

from madoguchi import clock
from madoguchi.accounts import session_book
from madoguchi.accounts.desk import drafts
from madoguchi.accounts.personnel import planning
from madoguchi.errors import DomainError
from madoguchi.hooks.registry import plugins
from madoguchi.hooks.values import Schedule
from madoguchi.jobs import bulk, services
from madoguchi.standing import standing
from madoguchi.tenancy import City, NoCity, current_city, directory, each_city, find_city, in_city

logger = logging.getLogger(__name__)

CITY_HEADER = "madoguchi_city"
WAIT_SECONDS = 300
FAN_OUT = "madoguchi.jobs.fan_out"


class PluginIsOff(DomainError):
    """The plugin was switched off in this city while its task waited."""

    code = "plugin_is_off"
    message = _("この機能は無効になっているため、処理しませんでした。")


class CityTask(DjangoTask):
    """A task of one city: published with the city's name, run as that city.

    Arguments are keywords and plain ids. Publish with ``delay_on_commit``. A task that takes
    ``job`` closes that job when it fails.
    """

    abstract = True
    acks_late = True
    reject_on_worker_lost = True
    ignore_result = True
    typing = True

    def apply_async(
        self,
        args: Any = None,
        kwargs: Any = None,
        *rest: Any,
        headers: dict[str, Any] | None = None,
        **options: Any,
    ) -> Any:
        """Publish the task in the name of the current city.

        Raises NoCity outside one.
        """
        if args:
            raise TypeError(f"{self.name} takes keyword arguments only")
        city = current_city()
        stamped = {**(headers or {}), CITY_HEADER: {"schema": city.schema_name, "uuid": str(city.uuid)}}
        return super().apply_async(None, kwargs, *rest, headers=stamped, **options)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run the body in its city; every exception, Retry too, rolls its rows back.

        A city that is suspended has its work wait; what a closed one left behind is dropped, and so
        is the work of a plugin that was switched off meanwhile.
        """
        city = self._city()
        if not standing(city.state).works:
            return self._wait(city, kwargs)
        with in_city(city):
            if self._is_off():
                return self._drop(kwargs.get("job"))
            return super().__call__(*args, **kwargs)

    def _is_off(self) -> bool:
        owner = plugins.owner_of(type(self).__module__)
        return bool(owner) and not plugins.is_active(owner)

    def _drop(self, job: str | None) -> None:
        logger.info("%s was dropped: its plugin is off", self.name)
        if job:
            services.close_broken(job_id=UUID(job), reason=PluginIsOff(), now=clock.now())

    def _wait(self, city: City, kwargs: dict[str, Any]) -> None:
        if standing(city.state).staff == "gone":
            logger.warning("%s was dropped: %s is %s", self.name, city.schema_name, city.state)
            return
        # A message of its own, not a retry: a suspension may last for weeks, and retries are counted.
        with in_city(city):
            self.apply_async(None, kwargs, countdown=WAIT_SECONDS)

    def on_failure(self, exc: Exception, task_id: str, args: Any, kwargs: dict[str, Any], einfo: Any) -> None:
        """Close the job of a task that failed, in a transaction of its own."""
        job = kwargs.get("job")
        if job:
            with in_city(self._city()):
                services.close_broken(job_id=UUID(job), reason=exc, now=clock.now())

    def _city(self) -> City:
        stamp = (self.request.get("headers") or {}).get(CITY_HEADER) or self.request.get(CITY_HEADER)
        if not stamp:
            raise NoCity(f"{self.name} was published outside a city")
        city = find_city(schema_name=stamp["schema"])
        if str(city.uuid) != stamp["uuid"]:
            raise NoCity(f"{self.name} belongs to a city that is no longer {stamp['schema']}")
        return city


class DispatchTask(DjangoTask):
    """A task of no city that only publishes tasks for cities."""

    abstract = True
    ignore_result = True


@shared_task(base=DispatchTask, name=FAN_OUT)
def fan_out(*, name: str) -> None:
    """Publish one schedule's task in every city that has its plugin on."""
    plugin, declared = next(pair for pair in declared_schedules() if pair[1].name == name)
    task = current_app.tasks[declared.task]
    for city in each_city() if declared.world == "city" else (directory().operators(),):
        with in_city(city):
            if plugins.is_active(plugin):
                task.delay_on_commit()


def declared_schedules() -> tuple[tuple[str, Schedule], ...]:
    """List every declared schedule with the plugin that declared it."""
    return plugins.declared_by("schedules")


@shared_task(base=CityTask, name="jobs.carry_out_bulk")
def carry_out_bulk(*, run_id: str, job: str) -> None:
    """Do a confirmed action to its many rows, with progress."""
    now = clock.now()
    found = bulk.find(run_id=UUID(run_id))
    progress = services.Progress(job_id=UUID(job), now=now)
    bulk.carry_out(run=found, actor=services.asked_by(job_id=UUID(job)), now=now, progress=progress)
    message = str(_("%(done)d件できました。できなかったもの：%(refused)d件"))
    services.finish(
        job_id=UUID(job),
        total=len(found.rows),
        errors=len(bulk.refused(found)),
        message=message % {"done": len(bulk.done(found)), "refused": len(bulk.refused(found))},
        now=clock.now(),
    )


@shared_task(base=CityTask, name="jobs.do_personnel_plans")
def do_personnel_plans() -> None:
    """Do the changes of personnel whose day has come."""
    planning.do_due(now=clock.now())


@shared_task(base=CityTask, name="jobs.forget_drafts")
def forget_drafts() -> None:
    """Delete the words that nobody came back for, and sessions long past."""
    drafts.forget(now=clock.now())
    session_book.forget_old(now=clock.now())
