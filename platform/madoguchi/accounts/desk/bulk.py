"""What can be done to many members of staff at once."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from madoguchi.accounts import queries, services
from madoguchi.accounts.declarations import MANAGE_STAFF
from madoguchi.accounts.desk import acts, lists
from madoguchi.accounts.desk.people import STAFF, people
from madoguchi.accounts.errors import StaffNotFound
from madoguchi.accounts.models import Staff
from madoguchi.hooks.contracts.eyes import Eyes
from madoguchi.hooks.deeds import BulkAction
from madoguchi.ledger.audit.actors import Actor


def describe(*, rows: Sequence[UUID], eyes: Eyes) -> dict[UUID, str]:
    """Name the people, for the confirmation."""
    found = Staff.objects.filter(id__in=rows).values_list("id", "staff_code", "name")
    return {key: f"{code} {name}" for key, code, name in found}


def find(*, query: str, eyes: Eyes) -> list[UUID]:
    """List the people behind the address of the list."""
    return [UUID(key) for key in lists.ids_behind(table=STAFF, rows=people(), query=query, eyes=eyes)]


def deactivate(*, row: UUID, choice: str, actor: Actor, now: datetime) -> Mapping[str, Any]:
    """Keep a person from signing in."""
    return _grant(row, lambda before: (before["roles"], False), actor, now)


def activate(*, row: UUID, choice: str, actor: Actor, now: datetime) -> Mapping[str, Any]:
    """Let a person sign in again."""
    return _grant(row, lambda before: (before["roles"], True), actor, now)


def give_role(*, row: UUID, choice: str, actor: Actor, now: datetime) -> Mapping[str, Any]:
    """Give a person one more role."""
    return _grant(row, lambda before: ([*before["roles"], choice], before["is_active"]), actor, now)


def take_back(*, row: UUID, before: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    """Give a person the rights of before.

    Raises MovedOn.
    """
    acts.give_back_rights(values={"staff": str(row), **before}, actor=actor, now=now)


def _grant(row: UUID, wanted: Any, actor: Actor, now: datetime) -> Mapping[str, Any]:
    if not Staff.objects.filter(id=row).exists():
        raise StaffNotFound
    before = acts.rights_of(staff_id=row)
    roles, is_active = wanted(before)
    services.grant(staff_id=row, role_keys=roles, is_active=is_active, actor=actor, now=now)
    return {"before": before, "after": acts.rights_of(staff_id=row)}


ACTIONS = (
    BulkAction(
        name="accounts.deactivate",
        label=_("停止する"),
        effect=_("選んだ職員はサインインできなくなり、開いている画面はすぐに終わります。"),
        permission=MANAGE_STAFF,
        run=deactivate,
        describe=describe,
        find=find,
        undo=take_back,
    ),
    BulkAction(
        name="accounts.activate",
        label=_("利用を再開する"),
        effect=_("選んだ職員は、これまでのパスワードでサインインできるようになります。"),
        permission=MANAGE_STAFF,
        run=activate,
        describe=describe,
        find=find,
        undo=take_back,
    ),
    BulkAction(
        name="accounts.give_role",
        label=_("役割を付ける"),
        effect=_("選んだ職員に役割を加えます。これまでの役割は残ります。一度サインアウトされます。"),
        permission=MANAGE_STAFF,
        run=give_role,
        describe=describe,
        find=find,
        undo=take_back,
        choices=queries.role_choices,
    ),
)
