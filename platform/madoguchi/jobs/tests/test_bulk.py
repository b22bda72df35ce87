"""A bulk action of many rows runs beside the page, tells its progress and can be taken back as a whole."""

import re
from datetime import timedelta
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from django.test import Client

from madoguchi import clock
from madoguchi.accounts.models import Staff
from madoguchi.accounts.tests.factories import StaffFactory, sign_in
from madoguchi.jobs import bulk, tasks
from madoguchi.jobs.models import BulkRun, Job
from madoguchi.tenancy import City, in_city

pytestmark = pytest.mark.django_db(transaction=True)


def test_more_than_two_hundred_rows_are_a_job_with_a_result_and_a_way_back(
    home: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[dict[str, str]] = []
    monkeypatch.setattr(tasks.carry_out_bulk, "delay_on_commit", lambda **given: asked.append(given))
    with in_city(home):
        me = StaffFactory.create(roles=["city_admin"])
        people = [StaffFactory.create(roles=["counter_clerk"]) for _number in range(bulk.AT_ONCE + 5)]
        browser = sign_in(Client(headers={"host": urlsplit(home.staff_url).netloc}), me)
    found = re.search(r'name="ticket" value="([^"]+)"', browser.get("/staff/").content.decode())
    assert found is not None
    rows = [str(person.id) for person in people]
    sent = {"ticket": found[1], "action": "accounts.deactivate", "row": [*rows, "rubbish", str(me.id)]}
    confirm = browser.post("/jobs/bulk/", sent)["Location"]
    progress = browser.post(confirm)["Location"]
    assert re.fullmatch(r"/jobs/[0-9a-f-]{36}/", progress)
    assert browser.post(confirm, follow=True).redirect_chain, "a second press leads to the same job"
    with in_city(home):
        assert Job.objects.count() == 1
        assert Staff.objects.filter(is_active=False).count() == 0
        tasks.carry_out_bulk.run(**asked[0])
        job = Job.objects.get()
        assert (job.state, job.total, job.errors) == ("done", bulk.AT_ONCE + 6, 1)
        assert Staff.objects.filter(is_active=False).count() == bulk.AT_ONCE + 5
    page = browser.get(confirm).content.decode()
    assert "自分の役割と利用状態は変更できません" in page
    with in_city(home):
        run = BulkRun.objects.get()
    with clock.frozen_at(clock.now() + timedelta(minutes=11)):
        assert "10分" in browser.post(f"{confirm}undo/", follow=True).content.decode()
    browser.post(f"{confirm}undo/")
    with in_city(home):
        assert Staff.objects.filter(is_active=False).count() == 0
        run.refresh_from_db()
        assert run.undone_at is not None


def test_a_bulk_action_needs_rows_and_its_own_permission(home: City) -> None:
    with in_city(home):
        me = StaffFactory.create(roles=["city_admin"])
        browser = sign_in(Client(headers={"host": urlsplit(home.staff_url).netloc}), me)
        clerk = sign_in(
            Client(headers={"host": urlsplit(home.staff_url).netloc}),
            StaffFactory.create(roles=["counter_clerk"]),
        )
        person = StaffFactory.create(roles=["auditor"])
    found = re.search(r'name="ticket" value="([^"]+)"', browser.get("/staff/").content.decode())
    assert found is not None
    empty = browser.post("/jobs/bulk/", {"ticket": found[1], "action": "accounts.deactivate"}, follow=True)
    assert "行が選ばれていません" in empty.content.decode()
    sent = {"ticket": found[1], "action": "accounts.deactivate", "row": [str(person.id)]}
    confirm = browser.post("/jobs/bulk/", sent)["Location"]
    for address in (confirm, f"{confirm}undo/"):
        assert clerk.post(address).status_code == 403
    with in_city(home):
        assert Staff.objects.get(id=person.id).is_active


@pytest.mark.parametrize("path", ["", f"{UUID(int=1)}/", f"{UUID(int=1)}/undo/"])
def test_strangers_are_led_to_the_sign_in_before_they_hear_of_methods(home: City, path: str) -> None:
    browser = Client(headers={"host": urlsplit(home.staff_url).netloc})
    assert browser.get(f"/jobs/bulk/{path}")["Location"].startswith("/sign-in/")
