from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from madoguchi import clock
from madoguchi.accounts.errors import StaffNotFound
from madoguchi.accounts.models import Role, Staff
from madoguchi.accounts.rights import Override, read_overrides
from madoguchi.ledger.audit import queries as audit
from madoguchi.ledger.audit.services import DENIED
from madoguchi.web.seen import version_of


@dataclass(frozen=True)
class StaffRow:
    """One line of the staff list."""

    id: UUID
    staff_code: str
    name: str
    name_kana: str
    section: str
    is_active: bool
    has_password: bool
    roles: tuple[str, ...]
    role_keys: tuple[str, ...]
    place_ids: tuple[UUID, ...] = ()
    email: str = ""


def audit_of_today(*, now: datetime) -> dict[str, int]:
    """Count what was recorded today in Japan, and what was refused."""
    midnight = clock.local(now).replace(hour=0, minute=0, second=0, microsecond=0)
    return {
        "entries": audit.count_since(since=midnight),
        "denied": audit.count_since(since=midnight, action=DENIED),
    }


def staff_list() -> list[StaffRow]:
    """List everybody with an account, people in service first."""
    people = Staff.objects.prefetch_related("roles").order_by("-is_active", "staff_code")
    return [row_of(staff) for staff in people]


def staff_row(*, staff_id: UUID) -> StaffRow:
    """Show one person of the staff list.

    Raises StaffNotFound.
    """
    return row_of(person(staff_id=staff_id))


def entry_of(*, staff_id: UUID) -> dict[str, Any]:
    """Give the entry of a person as its form shows it.

    Raises StaffNotFound.
    """
    person = staff_row(staff_id=staff_id)
    return {
        "name": person.name,
        "name_kana": person.name_kana,
        "section": person.section,
        "email": person.email,
        "roles": sorted(person.role_keys),
        "is_active": person.is_active,
        "places": sorted(map(str, person.place_ids)),
    }


def version_of_entry(*, staff_id: UUID) -> str:
    """Name the entry of a person, so that a page knows when it is out of date."""
    return version_of(entry_of(staff_id=staff_id))


def person(*, staff_id: UUID) -> Staff:
    """Find one person with the roles.

    Raises StaffNotFound.
    """
    staff = Staff.objects.prefetch_related("roles").filter(id=staff_id).first()
    if staff is None:
        raise StaffNotFound
    return staff


def overrides(*, staff: Staff) -> tuple[Override, ...]:
    """List what is granted and denied to one person alone, what is over too."""
    return read_overrides(staff.overrides)


def row_of(staff: Staff) -> StaffRow:
    """Show a person as one line of the list."""
    roles = list(staff.roles.all())
    return StaffRow(
        id=staff.id,
        staff_code=staff.staff_code,
        name=staff.name,
        name_kana=staff.name_kana,
        section=staff.section,
        is_active=staff.is_active,
        has_password=staff.has_usable_password(),
        roles=tuple(role.name for role in roles),
        role_keys=tuple(role.key for role in roles),
        place_ids=tuple(staff.place_ids or ()),
        email=staff.email,
    )


def role_choices() -> list[tuple[str, str]]:
    """List the roles that can be given."""
    return [(role.key, role.name) for role in Role.objects.all()]


def is_staff_code_taken(*, staff_code: str) -> bool:
    """Tell whether somebody has this staff code."""
    return Staff.objects.filter(staff_code=staff_code).exists()


def count_holders(*, role: str) -> int:
    """Count the people in service who hold a built-in role."""
    return Staff.objects.filter(is_active=True, roles__key=role).distinct().count()


def count_without_password() -> int:
    """Count the people in service who have never chosen a password."""
    return sum(row.is_active and not row.has_password for row in staff_list())


def count_without_second_step() -> int:
    """Count the people in service who have neither an app nor a key."""
    return Staff.objects.filter(is_active=True, app=None, passkeys=None).count()
