"""A plan is done and undone at the same time: nobody waits in a circle."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from time import monotonic, sleep
from uuid import UUID

import pytest
from django.db import connection, connections, transaction

from madoguchi import clock
from madoguchi.accounts import administrators, services
from madoguchi.accounts.models import PersonnelPlan
from madoguchi.accounts.personnel import planning
from madoguchi.accounts.tests.factories import StaffFactory
from madoguchi.ledger.audit.actors import SYSTEM
from madoguchi.tenancy import City, in_city

pytestmark = pytest.mark.django_db(transaction=True)
State = PersonnelPlan.State


def confirm(plan_id: UUID) -> object:
    return planning.confirm(plan_id=plan_id, actor=SYSTEM, now=clock.now())


def do_due(plan_id: UUID) -> object:
    return planning.do_due(now=clock.now())


@pytest.mark.parametrize(("state", "act"), [(State.CHECKED, confirm), (State.PLANNED, do_due)])
def test_a_plan_is_locked_after_the_administrators(
    home: City, state: str, act: Callable[[UUID], object]
) -> None:
    def elsewhere() -> None:
        try:
            with in_city(home):
                act(made.id)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        with in_city(home), transaction.atomic():
            services.seed_roles()
            StaffFactory.create(roles=["city_admin"])
            entry = {"line": 2, "kind": "", "staff_code": "N0001", "name": "新人 四子"}
            made = planning.plan(entries=[entry], effective_on=clock.today(), actor=SYSTEM, now=clock.now())
            PersonnelPlan.objects.filter(id=made.id).update(state=state)
        with in_city(home), transaction.atomic():
            administrators.hold_still()
            doing = pool.submit(elsewhere)
            _wait_until_it_waits(doing)
            assert PersonnelPlan.objects.select_for_update(nowait=True).filter(id=made.id).exists()
        doing.result(10)
    with in_city(home):
        assert planning.find(plan_id=made.id).state == State.DONE


def _wait_until_it_waits(doing: "Future[None]") -> None:
    until = monotonic() + 30
    while monotonic() < until:
        # Whoever is through already has not waited, or says what went wrong.
        assert not doing.done() or doing.result(), "it did not wait"
        with connection.cursor() as cursor:
            cursor.execute(
                # Not pg_stat_activity: a transaction sees it as it was when it first looked.
                "SELECT count(*) FROM pg_locks"
                " WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))"
            )
            if cursor.fetchone()[0]:
                return
        sleep(0.05)
    raise AssertionError("nobody waits")
