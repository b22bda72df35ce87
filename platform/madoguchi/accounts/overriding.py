"""What is granted or denied to one person alone, and the places of their work."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from madoguchi import clock
from madoguchi.accounts import administrators, permissions
from madoguchi.accounts.acting import record
from madoguchi.accounts.errors import OwnAccount, StaffNotFound
from madoguchi.accounts.models import Staff
from madoguchi.accounts.rights import Override
from madoguchi.ledger.audit.actors import Actor


def override(*, staff_id: UUID, wanted: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    """Grant or deny one permission to one person, with a reason and perhaps a last day.

    Raises StaffNotFound, OwnAccount and LastAdministrator.
    """
    name = str(wanted["permission"])
    permissions.ensure_declared(name)
    until: date | None = wanted["until"]
    made = Override(
        permission=name,
        is_granted=bool(wanted["is_granted"]),
        reason=str(wanted["reason"]),
        until=until,
        given_by=actor.name,
        given_on=clock.local(now).date(),
    )
    with administrators.kept(now=now):
        staff = _locked(staff_id, actor)
        staff.overrides = {**staff.overrides, name: made.kept()}
        staff.save(update_fields=["overrides"])
        details = {
            "permission": name,
            "granted": made.is_granted,
            "reason": made.reason,
            "until": made.until.isoformat() if made.until else None,
        }
        record(actor=actor, action="accounts.override_set", staff=staff_id, details=details, now=now)


def drop(*, staff_id: UUID, permission: str, actor: Actor, now: datetime) -> None:
    """Let the roles of a person alone say again whether they hold a permission.

    Raises StaffNotFound, OwnAccount and LastAdministrator.
    """
    with administrators.kept(now=now):
        staff = _locked(staff_id, actor)
        if permission not in staff.overrides:
            return
        left = {name: each for name, each in staff.overrides.items() if name != permission}
        staff.overrides = left
        staff.save(update_fields=["overrides"])
        details = {"permission": permission}
        record(actor=actor, action="accounts.override_dropped", staff=staff_id, details=details, now=now)


def put_back(*, staff_id: UUID, overrides: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    """Give a person what was granted and denied before."""
    with administrators.kept(now=now):
        staff = _locked(staff_id, actor)
        staff.overrides = dict(overrides)
        staff.save(update_fields=["overrides"])
        details = {"permissions": sorted(overrides)}
        record(actor=actor, action="accounts.overrides_put_back", staff=staff_id, details=details, now=now)


def set_places(*, staff_id: UUID, place_ids: Iterable[UUID], actor: Actor, now: datetime) -> None:
    """Say for which places a person works; none named means all of them.

    Raises StaffNotFound and OwnAccount.
    """
    wanted = sorted(set(place_ids)) or None
    staff = Staff.objects.select_for_update().filter(id=staff_id).first()
    if staff is None:
        raise StaffNotFound
    if wanted == (sorted(staff.place_ids) if staff.place_ids is not None else None):
        return
    _ensure_another(staff, actor)
    before, staff.place_ids = staff.place_ids, wanted
    staff.save(update_fields=["place_ids"])
    details = {"from": _named(before), "to": _named(wanted)}
    record(actor=actor, action="accounts.places_changed", staff=staff_id, details=details, now=now)


def _named(place_ids: Iterable[UUID] | None) -> list[str]:
    if place_ids is None:
        return ["all_places"]
    names = {place.id: place.name for place in permissions.work_places()}
    return [names.get(each, str(each)) for each in place_ids]


def _locked(staff_id: UUID, actor: Actor) -> Staff:
    staff = Staff.objects.select_for_update().filter(id=staff_id).first()
    if staff is None:
        raise StaffNotFound
    _ensure_another(staff, actor)
    return staff


def _ensure_another(staff: Staff, actor: Actor) -> None:
    if actor.id == str(staff.id):
        raise OwnAccount
