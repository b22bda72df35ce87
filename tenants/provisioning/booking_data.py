"""What a city keeps of the people who book: two operators choose it, and the database holds to it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import connection
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import Staff
from madoguchi.errors import DomainError, Invalid
from madoguchi.hooks.contracts.bookings import PersonalData
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import Actor
from madoguchi.tenancy import City as CityLike
from madoguchi.tenancy import in_city
from tenants.directory import directory
from tenants.models import BookingDataChoice
from tenants.provisioning import roles
from tenants.provisioning.profile import Profile

MAY_CREATE: Final = "tenants.create_cities"
CHOSEN: Final = "tenants.booking_data_chosen"
OBJECT: Final = "tenants.city"


class ApprovalMissing(Invalid):
    """What a city keeps is chosen by two operators; nobody does it alone."""

    code = "approval_missing"
    message = _("予約での個人情報の扱いを決めるには、別の運用者の承認が必要です。")

    def __str__(self) -> str:
        return f"{self.message} (--requested-by, --approved-by)"


class NoSuchOperator(DomainError):
    """A staff code is no operator's who may create cities."""

    code = "no_such_operator"
    status = 422

    def __str__(self) -> str:
        return f"{self.details.get('staff_code')}: no operator who may create cities has this staff code"


class SamePerson(DomainError):
    """The second pair of eyes is somebody else's."""

    code = "same_person"
    status = 422
    message = _("依頼した本人は承認できません。別の運用者が承認してください。")


@dataclass(frozen=True, kw_only=True)
class Approval:
    """Who asked for a choice and who approved it: two operators by staff code and name."""

    requested_by: str
    requested_by_name: str
    approved_by: str
    approved_by_name: str
    reason: str = ""

    def __post_init__(self) -> None:
        if not self.requested_by or self.requested_by == self.approved_by:
            raise SamePerson(staff_code=self.approved_by)


def wished(profile: Profile) -> PersonalData:
    """Read what a profile asks for; without a word it is everything."""
    return PersonalData(profile.content.get("booking", {}).get("personal_data", PersonalData.NAMES))


def approval_of(*, requested_by: str, approved_by: str, reason: str) -> Approval | None:
    """Find both operators by their staff codes; nothing where nobody is named.

    Raises NoSuchOperator and SamePerson.
    """
    if not requested_by and not approved_by:
        return None
    with in_city(directory.operators()):
        names = {code: _operator(code) for code in (requested_by, approved_by)}
    return Approval(
        requested_by=requested_by,
        requested_by_name=names[requested_by],
        approved_by=approved_by,
        approved_by_name=names[approved_by],
        reason=reason,
    )


def require_approval(*, profile: Profile, approval: Approval | None) -> None:
    """Refuse to make a city that keeps less than everything without two operators.

    Raises ApprovalMissing.
    """
    if wished(profile) is not PersonalData.NAMES and approval is None:
        raise ApprovalMissing


def choose(
    *, city: CityLike, personal_data: PersonalData, approval: Approval, now: datetime
) -> BookingDataChoice:
    """Write down a choice and close the tables by it; part of the caller's transaction of the owner."""
    row = BookingDataChoice.objects.create(
        city_id=city.uuid,
        personal_data=personal_data,
        reason=approval.reason,
        requested_by=approval.requested_by,
        requested_by_name=approval.requested_by_name,
        approved_by=approval.approved_by,
        approved_by_name=approval.approved_by_name,
        chosen_at=now,
    )
    with connection.cursor() as cursor:
        roles.open_personal_tables(cursor, schema_name=city.schema_name)
        roles.close_personal_tables(cursor, schema_name=city.schema_name)
    return row


def record(
    *, city: CityLike, personal_data: PersonalData, approval: Approval, now: datetime, **details: Any
) -> None:
    """Write a choice into the audit list of the world this is called in."""
    audit.record(
        actor=Actor(kind="operator", id=approval.approved_by, name=approval.approved_by_name),
        action=CHOSEN,
        object_type=OBJECT,
        object_ids=[city.code],
        details={
            "personal_data": str(personal_data),
            "requested_by": approval.requested_by_name,
            "approved_by": approval.approved_by_name,
            "reason": approval.reason,
            **details,
        },
        now=now,
    )


def _operator(staff_code: str) -> str:
    found = Staff.objects.filter(staff_code=staff_code, is_active=True).first()
    if found is None or not found.has_permission(MAY_CREATE):
        raise NoSuchOperator(staff_code=staff_code)
    return str(found.name)
