"""Letters in the hands of a worker: progress is told, and nothing is noted where it breaks down."""

from typing import Any

import pytest

from madoguchi import clock
from madoguchi.hooks.contracts.eyes import EVERYTHING
from madoguchi.jobs.models import Job
from madoguchi.jobs.tasks import CITY_HEADER
from madoguchi.tenancy import City, in_city
from plugins.card_management.models import Card
from plugins.card_management.models.forms import LetterRun
from plugins.card_management.services import forms_letters, forms_pieces
from plugins.card_management.services.forms_letters import LetterOrder
from plugins.card_management.tasks.forms import print_letters
from plugins.card_management.tests.test_forms_letters import CLERK, add_cards

pytestmark = pytest.mark.django_db(transaction=True)


def worked(city: City) -> tuple[LetterRun, Job, int]:
    with in_city(city):
        order = LetterOrder(key="notice", cards=add_cards(3), notes_sending=True)
        run = forms_letters.start(order=order, eyes=EVERYTHING, actor=CLERK, now=clock.now())
    stamp = {CITY_HEADER: {"schema": city.schema_name, "uuid": str(city.uuid)}}
    print_letters.apply(kwargs={"run_id": str(run.id), "job": str(run.job)}, headers=stamp)
    assert run.job is not None
    with in_city(city):
        sent = Card.objects.exclude(notice_sent_on=None).count()
        return LetterRun.objects.get(id=run.id), Job.objects.get(id=run.job), sent


def test_a_worker_sets_the_letters_and_closes_the_job(home: City) -> None:
    run, job, sent = worked(home)
    assert (run.state, run.printed, sent) == ("done", 3, 3)
    assert (job.state, job.done, job.message) == ("done", 3, "3枚を作りました。除いたカード：0件")


def test_letters_that_break_down_are_marked_and_nothing_is_noted(
    home: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_given: Any, **_named: Any) -> None:
        raise OSError("the press is gone")

    monkeypatch.setattr(forms_pieces, "keep", fail)
    run, job, sent = worked(home)
    assert (run.state, job.state, sent) == ("failed", "failed", 0)
