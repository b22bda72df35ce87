"""The page of the keys on the operators' console."""

from typing import Any

import pytest
from django.test import Client

from madoguchi.accounts.tests.factories import StaffFactory, sign_in
from madoguchi.jobs.models import Job
from madoguchi.jobs.tasks import CityTask, DispatchTask
from madoguchi.ledger import vault
from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.tenancy import City, directory, in_city
from tenants.keys import tasks

pytestmark = pytest.mark.django_db(transaction=True)


def browser(role: str) -> Client:
    client = Client(headers={"host": "operators.localhost"})
    with in_city(directory().operators()):
        return sign_in(client, StaffFactory.create(roles=[role]))


def test_an_operator_renews_a_key_and_sees_how_far_it_has_come(
    home: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[dict[str, str]] = []
    monkeypatch.setattr("tenants.keys.views.reseal.delay", lambda **wanted: sent.append(wanted))
    leader = browser("operator_admin")
    assert "新しい鍵に切り替える" in leader.get("/keys/").content.decode()
    answer = leader.post(f"/keys/{home.code}/renew/", follow=True)
    shown = answer.content.decode()
    assert "新しい鍵に切り替えました" in shown
    assert f"暗号の鍵の更新：{home.name}" in shown
    assert vault.generations_of(home.uuid) == [1, 2]
    (wanted,) = sent
    tasks.reseal(**wanted)
    with in_city(directory().operators()):
        assert Job.objects.get(id=wanted["job"]).state == "done"
        assert AuditEntry.objects.filter(action="tenants.key_begun", object_ids=[home.code]).exists()
    assert "完了" in leader.get("/keys/").content.decode()


@pytest.mark.parametrize("task", [tasks.reseal, tasks.reseal_rest])
def test_each_batch_has_a_transaction_of_its_own_whatever_the_application_wraps_tasks_in(task: Any) -> None:
    assert isinstance(task, DispatchTask)
    assert not isinstance(task, CityTask)


def test_who_only_looks_renews_nothing(home: City) -> None:
    viewer = browser("operator_viewer")
    assert '<form method="post" action="/keys/' not in viewer.get("/keys/").content.decode()
    assert viewer.post(f"/keys/{home.code}/renew/").status_code == 403
    assert vault.generations_of(home.uuid) == [1]


def test_a_process_that_may_not_write_keys_says_where_to_do_it(
    home: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tenants.keys.rotating.may_write", lambda: False)
    leader = browser("operator_admin")
    assert '<form method="post" action="/keys/' not in leader.get("/keys/").content.decode()
    answer = leader.post(f"/keys/{home.code}/renew/", follow=True)
    assert "manage.py rotate_keys を実行してください" in answer.content.decode()
    assert vault.generations_of(home.uuid) == [1]
