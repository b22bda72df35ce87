"""Functions × roles: who may view and who may edit, and where every right of one person comes from."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Q
from django.http import QueryDict
from django.utils.translation import gettext as _

from madoguchi.accounts import bundles, permissions
from madoguchi.accounts.administrators import FIXED
from madoguchi.accounts.models import Role, Staff
from madoguchi.accounts.rights import Override, read_overrides
from madoguchi.accounts.services import built_in_roles
from madoguchi.hooks import rights
from madoguchi.hooks.registry import plugins
from madoguchi.hooks.values import MaskableColumn, Permission, WorkPlace
from madoguchi.web.seen import mark_of

WAYS = ("hide", "short")
TICK = "may"


@dataclass(frozen=True)
class RoleHead:
    """One column of the page: a role and how many people have it."""

    id: UUID
    name: str
    is_built_in: bool
    is_fixed: bool
    is_changed: bool
    people: int
    masks: Sequence[str]

    @property
    def may_be_deleted(self) -> bool:
        """Tell whether nobody would miss it."""
        return not self.is_built_in and self.people == 0


@dataclass(frozen=True)
class Cell:
    """One tick: this role, this permission."""

    role: RoleHead
    value: str
    is_ticked: bool


@dataclass(frozen=True)
class Line:
    """One permission with a tick for each role."""

    permission: Permission
    cells: Sequence[Cell]

    @property
    def is_view(self) -> bool:
        """Tell whether it only shows something."""
        return self.permission.access == "view"


@dataclass(frozen=True)
class Function:
    """The lines that belong together."""

    label: str
    lines: Sequence[Line]


@dataclass(frozen=True)
class Matrix:
    """The whole page."""

    roles: Sequence[RoleHead]
    functions: Sequence[Function]
    version: str


@dataclass(frozen=True)
class Right:
    """One permission of one person, and why they hold it or not."""

    permission: Permission
    is_held: bool
    reasons: Sequence[str]
    override: Override | None


@dataclass(frozen=True)
class Kept:
    """A column that is kept from a person, how far, and by which roles."""

    label: str
    is_hidden: bool
    roles: Sequence[str]


def matrix() -> Matrix:
    """Draw the page of all roles."""
    counted = Role.objects.annotate(people=Count("staff", filter=Q(staff__is_active=True)))
    roles = list(counted.order_by("order", "name"))
    heads = [_head(role) for role in roles]
    held = {role.id: set(role.granted) for role in roles}
    functions = [
        Function(label, [_line(each, heads, held) for each in lines]) for label, lines in visible().items()
    ]
    return Matrix(heads, functions, version=version())


def version() -> str:
    """Recognise whether any role has changed."""
    return mark_of(json.dumps(bundles.snapshots(), sort_keys=True))


def visible() -> dict[str, list[Permission]]:
    """Set out the permissions that count here, by function: of this world, of plugins that are on."""
    keys = {role.key for role in built_in_roles()}
    on = {
        each.name
        for owner, each in rights.declared_permissions()
        if plugins.is_active(owner) and keys.intersection(each.roles)
    }
    found = {
        label: sorted((each for each in lines if each.name in on), key=lambda each: each.access != "view")
        for label, lines in permissions.functions().items()
    }
    return {label: lines for label, lines in found.items() if lines}


def wanted(query: QueryDict) -> dict[UUID, set[str]]:
    """Read the ticks of the whole page; what the page does not show stays as it is."""
    shown = {each.name for lines in visible().values() for each in lines}
    ticked = set(query.getlist(TICK))
    return {
        role.id: (set(role.granted) - shown) | {name for name in shown if f"{role.id}:{name}" in ticked}
        for role in Role.objects.exclude(key__in=FIXED)
    }


def wanted_of(role: Role, query: QueryDict) -> dict[str, Any]:
    """Read the page of one role: name, ticks, masks."""
    shown = {each.name for lines in visible().values() for each in lines}
    ticked = set(query.getlist(TICK)) & shown
    masks = {each.name: query.get(f"mask-{each.name}", "") for each in columns()}
    return {
        "permissions": (set(role.granted) - shown) | ticked,
        "masks": {name: way for name, way in masks.items() if way in WAYS},
    }


def columns() -> list[MaskableColumn]:
    """List the columns that a role may keep back here."""
    return [each for owner, each in rights.declared_columns() if plugins.is_active(owner)]


def places() -> tuple[WorkPlace, ...]:
    """List the places for which somebody can be responsible; none in our operators' world."""
    return permissions.work_places()


def rights_of(*, staff: Staff, today: date) -> dict[str, list[Right]]:
    """Say for every function what a person may do and why."""
    roles = list(staff.roles.all())
    overrides = {each.permission: each for each in read_overrides(staff.overrides)}
    return {
        label: [_right(each, roles, overrides.get(each.name), today) for each in lines]
        for label, lines in visible().items()
    }


def kept_from(*, staff: Staff) -> list[Kept]:
    """Say which columns are kept from a person, and by which roles."""
    roles = list(staff.roles.all())
    found = []
    for column in columns():
        ways = {role.name: role.masks[column.name] for role in roles if column.name in role.masks}
        if ways:
            found.append(Kept(str(column.label), "hide" in ways.values(), list(ways)))
    return found


def places_of(*, staff: Staff) -> list[str] | None:
    """Name the places of a person's work; None for all of them."""
    if staff.place_ids is None:
        return None
    names = {place.id: place.name for place in places()}
    return [names[each] for each in staff.place_ids if each in names]


def choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """List the permissions as a form offers them, by function."""
    return [(label, [(each.name, str(each.label)) for each in lines]) for label, lines in visible().items()]


def _head(role: Any) -> RoleHead:
    labels = {each.name: str(each.label) for each in columns()}
    return RoleHead(
        id=role.id,
        name=role.name,
        is_built_in=role.is_built_in,
        is_fixed=role.key in FIXED,
        is_changed=role.is_built_in and bool(role.permissions or role.withheld or role.masks),
        people=role.people,
        masks=[labels[name] for name in role.masks if name in labels],
    )


def _line(permission: Permission, heads: Iterable[RoleHead], held: Mapping[UUID, set[str]]) -> Line:
    cells = [Cell(role, f"{role.id}:{permission.name}", permission.name in held[role.id]) for role in heads]
    return Line(permission, cells)


def _right(permission: Permission, roles: Sequence[Role], override: Override | None, today: date) -> Right:
    giving = [role.name for role in roles if permission.name in role.granted]
    running = override if override is not None and override.is_running(today) else None
    is_held = running.is_granted if running else bool(giving)
    reasons = [_("役割「%(name)s」") % {"name": name} for name in giving]
    if running:
        word = _("個別に許可") if running.is_granted else _("個別に禁止")
        reasons.insert(0, f"{word}：{running.reason}")
    return Right(permission, is_held, reasons, override)
