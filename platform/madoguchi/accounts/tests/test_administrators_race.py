"""Two administrators remove each other at the same moment: one of them stays."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID

import pytest
from django.db import connections

from madoguchi import clock
from madoguchi.accounts import administrators, leaving, overriding, services
from madoguchi.accounts.errors import LastAdministrator
from madoguchi.accounts.models import Staff
from madoguchi.accounts.tests.factories import StaffFactory
from madoguchi.tenancy import City, in_city

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 5


def _stop(other: UUID, one: Staff) -> None:
    services.grant(
        staff_id=other, role_keys=["city_admin"], is_active=False, actor=one.actor, now=clock.now()
    )


def _deny(other: UUID, one: Staff) -> None:
    wanted = {"permission": "accounts.manage_staff", "is_granted": False, "reason": "x", "until": None}
    overriding.override(staff_id=other, wanted=wanted, actor=one.actor, now=clock.now())


def _delete(other: UUID, one: Staff) -> None:
    leaving.delete(staff_id=other, actor=one.actor, now=clock.now())


@pytest.mark.parametrize("acts", [(_stop, _stop), (_deny, _deny), (_delete, _stop), (_deny, _delete)])
def test_two_who_remove_each_other_leave_one(
    home: City, acts: tuple[Callable[[UUID, Staff], None], ...]
) -> None:
    for _round in range(ROUNDS):
        with in_city(home):
            services.seed_roles()
            Staff.objects.all().delete()
            pair = [StaffFactory.create(roles=["city_admin"]) for _ in range(2)]
        barrier = Barrier(2)

        def remove(number: int, pair: list[Staff] = pair, barrier: Barrier = barrier) -> bool:
            try:
                with in_city(home):
                    barrier.wait()
                    acts[number](pair[1 - number].id, pair[number])
            except LastAdministrator:
                return False
            finally:
                connections.close_all()
            return True

        with ThreadPoolExecutor(2) as pool:
            done = list(pool.map(remove, range(2)))
        assert sorted(done) == [False, True]
        with in_city(home):
            assert len(administrators.standing(today=clock.today())) == 1
