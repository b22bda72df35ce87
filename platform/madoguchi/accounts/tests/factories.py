"""People with accounts, for the tests of every room."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.hashers import make_password
from django.test import Client
from factory.declarations import LazyFunction, Sequence
from factory.django import DjangoModelFactory
from factory.helpers import post_generation

from madoguchi import clock
from madoguchi.accounts import services, sessions
from madoguchi.accounts.models import Role, Staff
from madoguchi.tenancy import current_city

PASSWORD = "tests-only-correct-horse"


class StaffFactory(DjangoModelFactory[Staff]):
    """A member of staff; ``roles`` are keys of built-in roles."""

    class Meta:
        model = Staff
        skip_postgeneration_save = True

    staff_code = Sequence(lambda number: f"S{number:05}")
    name = "窓口 花子"
    name_kana = "マドグチ ハナコ"
    section = "市民課"
    password = LazyFunction(lambda: make_password(PASSWORD))

    @post_generation
    def roles(self: Staff, create: bool, keys: Iterable[str] | None, **_: Any) -> None:
        if create and keys:
            services.seed_roles()
            self.roles.set(Role.objects.filter(key__in=list(keys)))


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
