"""The roles of a city: made, copied, changed and deleted by its administrators."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madoguchi import clock
from madoguchi.accounts import administrators, permissions
from madoguchi.accounts.administrators import FIXED, MANAGE_STAFF
from madoguchi.accounts.errors import OwnAccount
from madoguchi.accounts.models import Role, Staff
from madoguchi.errors import DomainError, Invalid, NotFound
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import Actor

OBJECT = "accounts.role"
MOST = 15
Kept = Mapping[str, Any]


class RoleNotFound(NotFound):
    """There is no such role here."""

    code = "role_not_found"
    message = _("役割が見つかりません。")


class RoleNameTaken(Invalid):
    """Two roles of one name could not be told apart."""

    code = "role_name_taken"
    message = _("同じ名前の役割があります。別の名前を付けてください。")


class TooManyRoles(DomainError):
    """A page of so many columns helps nobody."""

    code = "too_many_roles"
    message = _("役割は15個まで作れます。使っていない役割を削除してください。")


class RoleIsFixed(DomainError):
    """The administrators' role keeps all its rights: somebody must be able to set things right."""

    code = "role_is_fixed"
    message = _("管理者の役割は変更できません。コピーして、新しい役割を作ってください。")


class RoleInUse(DomainError):
    """Somebody still has the role, or it belongs to every city."""

    code = "role_in_use"
    message = _("この役割を持つ職員がいるか、はじめからある役割のため、削除できません。")


def role(*, role_id: UUID) -> Role:
    """Find a role.

    Raises RoleNotFound.
    """
    found = Role.objects.filter(id=role_id).first()
    if found is None:
        raise RoleNotFound(role=str(role_id))
    return found


def make(*, name: str, copied_from: UUID | None, actor: Actor, now: datetime) -> Role:
    """Make a role, empty or as a copy of another.

    Raises RoleNameTaken, TooManyRoles and RoleNotFound.
    """
    if Role.objects.count() >= MOST:
        raise TooManyRoles
    _ensure_free(name, None)
    model = role(role_id=copied_from) if copied_from else None
    key = uuid4()
    made = Role.objects.create(
        id=key,
        key=f"own-{key.hex[:12]}",
        name=name,
        permissions=sorted(model.granted) if model else [],
        masks=dict(model.masks) if model else {},
        order=500,
    )
    details = {"name": name, **({"copied_from": model.name} if model else {})}
    _record(made, "accounts.role_made", details, actor, now)
    return made


def change(*, role_id: UUID, wanted: Kept, actor: Actor, now: datetime) -> None:
    """Change name, permissions and masks of one role.

    Raises RoleNotFound, RoleNameTaken, RoleIsFixed, OwnAccount and LastAdministrator.
    """
    with _by_hand(actor, now):
        found = _locked(role_id)
        _ensure_free(wanted["name"], found)
        before = snapshot(found)
        if not found.is_built_in:
            found.name = wanted["name"]
        found.masks = dict(wanted["masks"])
        _store(found, wanted["permissions"])
        _write_change(found, before, actor, now)


def change_permissions(*, wanted: Mapping[UUID, Collection[str]], actor: Actor, now: datetime) -> None:
    """Change the permissions of several roles, all or none; what is as it was stays untouched.

    Raises RoleNotFound, RoleIsFixed, OwnAccount and LastAdministrator.
    """
    with _by_hand(actor, now):
        for role_id, names in sorted(wanted.items()):
            found = _locked(role_id)
            if set(names) == set(found.granted):
                continue
            before = snapshot(found)
            _store(found, names)
            _write_change(found, before, actor, now)


def bring_standard_back(*, role_id: UUID, actor: Actor, now: datetime) -> None:
    """Give a built-in role the permissions that it had on the first day."""
    with _by_hand(actor, now):
        found = _locked(role_id)
        before = snapshot(found)
        found.permissions, found.withheld, found.masks = [], [], {}
        _write_change(found, before, actor, now)


def delete(*, role_id: UUID, actor: Actor, now: datetime) -> None:
    """Delete a role of the city's own that nobody has.

    Raises RoleNotFound and RoleInUse.
    """
    with transaction.atomic():
        found = _locked(role_id)
        if found.is_built_in or found.staff.exists():
            raise RoleInUse
        details = {"name": found.name, "removed": sorted(found.permissions)}
        _record(found, "accounts.role_deleted", details, actor, now)
        found.delete()


def snapshot(found: Role) -> dict[str, Any]:
    """Note a role as it is, so that a change can be taken back."""
    return {
        "key": found.key,
        "name": found.name,
        "permissions": sorted(found.permissions),
        "withheld": sorted(found.withheld),
        "masks": dict(found.masks),
        "order": found.order,
    }


def snapshots() -> dict[str, dict[str, Any]]:
    """Note all roles as they are."""
    return {str(found.id): snapshot(found) for found in Role.objects.all()}


def put_back(*, before: Mapping[str, Kept | None], actor: Actor, now: datetime) -> None:
    """Give roles what they had before; None for one that had not been made yet."""
    with _by_hand(actor, now):
        for key, facts in before.items():
            found = Role.objects.select_for_update().filter(id=UUID(key)).first()
            if facts is None:
                if found is not None:
                    delete(role_id=found.id, actor=actor, now=now)
                continue
            was = snapshot(found) if found else None
            found = found or Role(id=UUID(key))
            for name, value in facts.items():
                setattr(found, name, value)
            if was is None:
                found.save()
                _record(found, "accounts.role_made", {"name": found.name}, actor, now)
            else:
                _write_change(found, was, actor, now)


@contextmanager
def _by_hand(actor: Actor, now: datetime) -> Iterator[None]:
    """Whoever changes roles stays an administrator, and so does somebody at all."""
    today = clock.local(now).date()
    with administrators.kept(now=now):
        could = _can_manage(actor, today)
        yield
        if could and not _can_manage(actor, today):
            raise OwnAccount


def _can_manage(actor: Actor, today: date) -> bool:
    if actor.kind == "system":
        return False
    person = Staff.objects.filter(id=actor.id).first()
    return person is not None and MANAGE_STAFF in person.granted_on(today)


def _locked(role_id: UUID) -> Role:
    found = Role.objects.select_for_update().filter(id=role_id).first()
    if found is None:
        raise RoleNotFound(role=str(role_id))
    return found


def _ensure_free(name: str, found: Role | None) -> None:
    others = Role.objects.filter(name=name)
    if (others.exclude(id=found.id) if found else others).exists():
        raise RoleNameTaken


def _store(found: Role, names: Iterable[str]) -> None:
    if found.key in FIXED:
        if set(names) != set(found.granted):
            raise RoleIsFixed
        return
    wanted = permissions.with_views(names)
    standard = set(permissions.names_for(found.key)) if found.is_built_in else set()
    found.permissions = sorted(wanted - standard)
    found.withheld = sorted(standard - wanted)


def _write_change(found: Role, before: Kept, actor: Actor, now: datetime) -> None:
    after = snapshot(found)
    if after == before:
        return
    if found.key in FIXED:
        raise RoleIsFixed
    found.save()
    old, new = _granted(found, before), set(found.granted)
    details: dict[str, Any] = {
        "name": after["name"] if after["name"] == before["name"] else f"{before['name']} → {after['name']}",
        "added": sorted(new - old),
        "removed": sorted(old - new),
    }
    if before["masks"] != after["masks"]:
        details |= {"old_masks": before["masks"], "new_masks": after["masks"]}
    kept = {name: value for name, value in details.items() if value not in ([], {})}
    _record(found, "accounts.role_changed", kept, actor, now)


def _granted(found: Role, facts: Kept) -> set[str]:
    standard = set(permissions.names_for(found.key)) if found.is_built_in else set()
    return (standard | set(facts["permissions"])) - set(facts["withheld"])


def _record(found: Role, action: str, details: dict[str, Any], actor: Actor, now: datetime) -> None:
    audit.record(
        actor=actor,
        action=action,
        object_type=OBJECT,
        object_ids=[str(found.id)],
        details=details,
        now=now,
    )
