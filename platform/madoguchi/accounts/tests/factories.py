"""People with accounts, for the tests of every room."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.hashers import make_password
from django.test import Client
from factory.declarations import LazyFunction, Sequence, Trait
from factory.django import DjangoModelFactory

from madoguchi import clock
from madoguchi.accounts import services, sessions
from madoguchi.accounts.models import Role, Staff
from madoguchi.tenancy import current_city

PASSWORD = "tests-only-correct-horse"


class RoleFactory(DjangoModelFactory[Role]):
    """A role that a city made itself; ``viewer`` may look at bookings and nothing else."""

    class Meta:
        model = Role

    key = Sequence(lambda number: f"role-{number}")
    name = Sequence(lambda number: f"役割{number}")
    permissions: tuple[str, ...] = ()

    class Params:
        viewer = Trait(name="閲覧", permissions=["card_reservation.view_bookings"])


class StaffFactory(DjangoModelFactory[Staff]):
    """A member of staff; ``roles`` are keys of built-in roles, or roles."""

    class Meta:
        model = Staff

    staff_code = Sequence(lambda number: f"S{number:05}")
    name = "窓口 花子"
    name_kana = "マドグチ ハナコ"
    section = "市民課"
    password = LazyFunction(lambda: make_password(PASSWORD))
    roles: Iterable[str | Role] = ()

    class Params:
        counter_clerk = Trait(roles=("counter_clerk",))
        call_centre_agent = Trait(name="電話 奏", name_kana="デンワ カナデ", roles=("call_centre",))
        city_admin = Trait(name="管理 理人", name_kana="カンリ リヒト", roles=("city_admin",))
        auditor = Trait(name="監査 薫", name_kana="カンサ カオル", roles=("auditor",))
        left = Trait(is_active=False)
        newly_hired = Trait(must_change_password=True)

    @classmethod
    def _create(cls, model_class: type[Staff], *args: Any, **facts: Any) -> Staff:
        given: Iterable[str | Role] = facts.pop("roles")
        staff = super()._create(model_class, *args, **facts)
        keys = [role if isinstance(role, str) else role.key for role in given]
        if keys:
            services.seed_roles()
            staff.roles.set(Role.objects.filter(key__in=keys))
        return staff


def sign_in(client: Client, staff: Staff) -> Client:
    """Give a client the session that the sign-in page would give it."""
    now = clock.now()
    client.force_login(staff, backend="madoguchi.accounts.backends.StaffBackend")
    session = client.session
    session[sessions.CITY] = str(current_city().uuid)
    session[sessions.SIGNED_IN_AT] = now.timestamp()
    session[sessions.SEEN_AT] = now.timestamp()
    session.save()
    return client
