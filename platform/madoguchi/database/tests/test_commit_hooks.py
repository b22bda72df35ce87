"""What waits for the commit runs after it, in its city, and cannot break the answer."""

import logging

import pytest
from django.db import connection, transaction

from madoguchi.accounts.models import Role
from madoguchi.tenancy import City, in_city

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_hook_may_query_its_city(home: City) -> None:
    """F2: hooks run in autocommit, where every query of a city is refused."""
    counted: list[int] = []
    with in_city(home):
        transaction.on_commit(lambda: counted.append(Role.objects.count()))
        assert counted == []
    assert counted[0] > 0


def test_a_hook_of_a_rolled_back_transaction_never_runs(home: City) -> None:
    ran: list[str] = []
    with in_city(home, rollback=True):
        transaction.on_commit(lambda: ran.append("hook"))
    assert ran == []


def test_a_failing_hook_is_logged_and_stops_nobody(home: City, caplog: pytest.LogCaptureFixture) -> None:
    ran: list[str] = []

    def fail() -> None:
        raise RuntimeError("no broker")

    with caplog.at_level(logging.ERROR), in_city(home):
        transaction.on_commit(fail)
        transaction.on_commit(lambda: ran.append("second"))
    assert ran == ["second"]
    assert "a commit hook failed" in caplog.text


def test_the_commit_point_commits_and_opens_a_second_bound_transaction(home: City) -> None:
    """F3: hooks run while the request still lives, and later queries stay in the city."""
    ran: list[str] = []
    with in_city(home):
        Role.objects.create(key="kept", name="kept")
        transaction.on_commit(lambda: ran.append("hook"))
        connection.commit_point()
        assert ran == ["hook"]
        Role.objects.create(key="lost", name="lost")
        transaction.set_rollback(True)
    with in_city(home):
        assert Role.objects.filter(key="kept").exists()
        assert not Role.objects.filter(key="lost").exists()
