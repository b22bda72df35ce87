"""What the desk itself can take back."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from madoguchi.accounts import services
from madoguchi.accounts.declarations import MANAGE_STAFF, USE_DESK
from madoguchi.accounts.desk import saved
from madoguchi.accounts.desk.undoing import MovedOn
from madoguchi.accounts.models import Staff
from madoguchi.hooks.values import Undoable
from madoguchi.ledger.audit.actors import Actor

RIGHTS = "accounts.rights_changed"


def rights_of(*, staff_id: UUID) -> dict[str, Any]:
    """Note a person's rights, so that a change of them can be taken back."""
    staff = Staff.objects.get(id=staff_id)
    roles = sorted(staff.roles.values_list("key", flat=True))
    return {"roles": roles, "is_active": staff.is_active}


def give_back_rights(*, values: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    """Give a person the rights they had before.

    Raises MovedOn when somebody has changed them since.
    """
    staff_id = UUID(values["staff"])
    Staff.objects.select_for_update().get(id=staff_id)
    if rights_of(staff_id=staff_id) != values["after"]:
        raise MovedOn
    before = values["before"]
    services.grant(
        staff_id=staff_id, role_keys=before["roles"], is_active=before["is_active"], actor=actor, now=now
    )


def bring_back_view(*, values: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    """Bring a deleted view back.

    Raises ViewNotFound.
    """
    saved.restore_view(view_id=UUID(values["view"]), actor=actor, now=now)


UNDOABLES = (
    Undoable(
        name="accounts.view_deleted",
        label=_("ビューの削除"),
        permission=USE_DESK,
        function=bring_back_view,
    ),
    Undoable(
        name=RIGHTS, label=_("役割・利用状態の変更"), permission=MANAGE_STAFF, function=give_back_rights
    ),
)
