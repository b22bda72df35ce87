"""The worker and the clock of background work."""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "platform"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "deploy.settings.local")

from celery import Celery
from celery.signals import worker_process_init
from django.conf import settings as django_settings

from deploy.collecting import collect_seldom

app = Celery(
    "madoguchi", task_cls="madoguchi.jobs.tasks:CityTask", broker=str(django_settings.MADOGUCHI["VALKEY_URL"])
)
app.autodiscover_tasks()


@app.on_after_finalize.connect
def set_schedule(sender: Celery, **_: object) -> None:
    """Hand the declared schedules to beat, once every plugin is known."""
    import django

    _refuse_left_out_plugins()
    django.setup()
    from madoguchi.jobs import schedules
    from madoguchi.jobs.settings import CELERY

    sender.conf.update(CELERY)
    sender.conf.beat_schedule = schedules.beat_schedule()


@worker_process_init.connect
def settle(**_: object) -> None:
    """Let a process of the worker work on files without looking for rubbish after every few rows."""
    collect_seldom()


def _refuse_left_out_plugins() -> None:
    """Stop worker and beat when they would not know every plugin: a skipped task is lost for all."""
    is_background = "celery" in Path(sys.argv[0]).parts or Path(sys.argv[0]).name == "celery"
    if is_background and django_settings.MADOGUCHI["LEFT_OUT_PLUGINS"]:
        raise SystemExit("MADOGUCHI_LEFT_OUT_PLUGINS is set: background work knows every plugin: unset it")
