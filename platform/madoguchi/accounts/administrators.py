"""Somebody must always be able to let people in: who that is, and that one of them stays."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from madoguchi import clock
from madoguchi.accounts.errors import LastAdministrator
from madoguchi.accounts.models import Role, Staff
from madoguchi.accounts.rights import effective, read_overrides

MANAGE_STAFF = "accounts.manage_staff"
# The roles whose rights no page changes: without them a city would have locked itself out.
FIXED = frozenset({"city_admin", "operator_admin"})


@contextmanager
def kept(*, now: datetime) -> Iterator[None]:
    """Take back whatever is done inside when it leaves nobody who can let people in.

    Raises LastAdministrator.
    """
    today = clock.local(now).date()
    with transaction.atomic():
        hold_still()
        had_one = bool(standing(today=today))
        yield
        if had_one:
            ensure_one_stays(now=now)


def ensure_one_stays(*, now: datetime) -> None:
    """Make sure that, as things now stand, somebody can let people in.

    Raises LastAdministrator.
    """
    hold_still()
    if not standing(today=clock.local(now).date()):
        raise LastAdministrator


def hold_still() -> None:
    """Let nobody else change who is an administrator until this transaction ends."""
    list(Role.objects.select_for_update(no_key=True).filter(key__in=FIXED).order_by("key").values_list("pk"))


def standing(*, today: date) -> list[UUID]:
    """List the people in service who can let others in, today and for good."""
    holding = [role.pk for role in Role.objects.all() if MANAGE_STAFF in role.granted]
    wanted = Q(roles__in=holding) | Q(overrides__has_key=MANAGE_STAFF)
    found = Staff.objects.filter(wanted, is_active=True).distinct().prefetch_related("roles")
    return [
        person.pk
        for person in found
        if can_for_good(
            by_roles=[name for role in person.roles.all() for name in role.granted],
            stored=person.overrides,
            today=today,
        )
    ]


def can_for_good(*, by_roles: Iterable[str], stored: Mapping[str, Mapping[str, Any]], today: date) -> bool:
    """Tell whether roles and what was given to one person alone let that person let others in."""
    overrides = read_overrides(stored)
    # A permission with a last day does not keep the door open.
    lasting = [each for each in overrides if each.until is None or not each.is_granted]
    return MANAGE_STAFF in effective(by_roles=by_roles, overrides=lasting, today=today)
