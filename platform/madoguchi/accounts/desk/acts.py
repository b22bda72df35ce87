"""What the desk itself can take back."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from madoguchi.accounts import administrators, bundles, overriding, services
from madoguchi.accounts.declarations import MANAGE_STAFF, USE_DESK
from madoguchi.accounts.desk import saved
from madoguchi.accounts.desk.undoing import MovedOn
from madoguchi.accounts.models import Staff
from madoguchi.hooks.deeds import Undoable
from madoguchi.ledger.audit.actors import Actor

RIGHTS = "accounts.rights_changed"
ROLES = "accounts.roles_changed"
OVERRIDES = "accounts.overrides_changed"


def rights_of(*, staff_id: UUID) -> dict[str, Any]:
    """Note a person's rights, so that a change of them can be taken back."""
    staff = Staff.objects.get(id=staff_id)
    roles = sorted(staff.roles.values_list("key", flat=True))
    places = [str(each) for each in staff.place_ids or ()]
    return {"roles": roles, "is_active": staff.is_active, "places": places}


def give_back_rights(*, values: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    """Give a person the rights they had before.

    Raises MovedOn when somebody has changed them since.
    """
    staff_id = UUID(values["staff"])
    administrators.hold_still()
    Staff.objects.select_for_update().get(id=staff_id)
    if rights_of(staff_id=staff_id) != values["after"]:
        raise MovedOn
    before = values["before"]
    services.grant(
        staff_id=staff_id, role_keys=before["roles"], is_active=before["is_active"], actor=actor, now=now
    )
    places = [UUID(each) for each in before["places"]]
    overriding.set_places(staff_id=staff_id, place_ids=places, actor=actor, now=now)


def overrides_of(*, staff_id: UUID) -> dict[str, Any]:
    """Note what is granted and denied to one person alone."""
    found: dict[str, Any] = Staff.objects.get(id=staff_id).overrides
    return found


def give_back_overrides(*, values: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    """Give a person what was granted and denied before.

    Raises MovedOn.
    """
    staff_id = UUID(values["staff"])
    administrators.hold_still()
    found = Staff.objects.filter(id=staff_id).first()
    if found is None or found.overrides != values["after"]:
        raise MovedOn
    overriding.put_back(staff_id=staff_id, overrides=values["before"], actor=actor, now=now)


def give_back_roles(*, values: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    """Give roles what they had before.

    Raises MovedOn when one of them was changed since.
    """
    administrators.hold_still()
    known = bundles.snapshots()
    if any(known.get(key) != after for key, after in values["after"].items()):
        raise MovedOn
    bundles.put_back(before=values["before"], actor=actor, now=now)


def bring_back_view(*, values: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    """Bring a deleted view back.

    Raises ViewNotFound.
    """
    saved.restore_view(view_id=UUID(values["view"]), actor=actor, now=now)


UNDOABLES = (
    Undoable(name=ROLES, label=_("役割の変更"), permission=MANAGE_STAFF, function=give_back_roles),
    Undoable(
        name=OVERRIDES, label=_("個別の権限の変更"), permission=MANAGE_STAFF, function=give_back_overrides
    ),
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
