"""Wishes for new cities, as our operators write them: drafted step by step, sent, followed, corrected."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import Staff
from madoguchi.errors import DomainError, NotFound
from madoguchi.hooks.contracts.bookings import PersonalData
from madoguchi.ledger import vault
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import Actor
from tenants.models import City, ProvisioningRequest, RequestState
from tenants.provisioning import booking_data, wishes
from tenants.provisioning.booking_data import Approval
from tenants.provisioning.profile import Profile, check_content
from tenants.rules import life

OBJECT: Final = "tenants.request"
CODE_PLACE: Final = "provisioningrequest.sealed_code"
OPEN: Final = (RequestState.DRAFT, RequestState.FAILED)
# The city stands: only its first administrator's code is still to come.
MADE: Final = "made"
SECTIONS: Final = ("city", "plugins", "contract", "staff")
# Whoever writes a wish asks for these; a password or a life without a trial is nobody's to wish for.
WISHED: Final = (*SECTIONS, "booking", "places")


class RequestNotFound(NotFound):
    """There is no such wish."""

    code = "request_not_found"


class RequestClosed(DomainError):
    """A wish that was sent, fulfilled or dropped cannot be changed."""

    code = "request_closed"
    message = _("この依頼は、もう変更できません。")


class RequestIncomplete(DomainError):
    """A wish lacks a step."""

    code = "request_incomplete"
    status = 422
    message = _("まだ入力していない項目があります。")


class CodeGone(DomainError):
    """The code has been shown already; it is kept nowhere."""

    code = "code_gone"
    status = 410
    message = _("このコードは、すでに一度表示されました。")


def draft(*, profile: Mapping[str, Any], actor: Actor, now: datetime) -> UUID:
    """Begin a wish for a new city."""
    with transaction.atomic():
        row = ProvisioningRequest.objects.create(
            profile=dict(profile),
            requested_by=UUID(actor.id),
            requested_by_name=actor.name,
            created_at=now,
            changed_at=now,
        )
        _record("tenants.city_drafted", row, actor, now)
    return row.uuid


def change(*, request_id: UUID, sections: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    """Write down what one step asked for.

    Raises RequestClosed.
    """
    with transaction.atomic():
        row = _locked(request_id, OPEN)
        row.profile = {**row.profile, **sections}
        row.changed_at = now
        row.save(update_fields=["profile", "changed_at"])
        _record("tenants.request_changed", row, actor, now, sections=sorted(sections))


def send(*, request_id: UUID, actor: Actor, now: datetime) -> None:
    """Hand a complete wish to the process that makes cities.

    Raises RequestClosed and RequestIncomplete.
    """
    with transaction.atomic():
        row = _locked(request_id, OPEN)
        if missing_sections(row.profile):
            raise RequestIncomplete(request=str(request_id))
        profile = to_profile(row.profile)
        needs_approval = booking_data.wished(profile) is not PersonalData.NAMES
        row.state = RequestState.APPROVING if needs_approval else RequestState.WAITING
        row.step, row.changed_at = "", now
        row.error, row.error_text, row.attempts = "", "", 0
        row.sent_by, row.sent_by_name = _staff_code(actor), actor.name
        row.approved_by, row.approved_by_name = "", ""
        row.save()
        _record("tenants.city_requested", row, actor, now)
        if not needs_approval:
            transaction.on_commit(wishes.nudge)


def approve(*, request_id: UUID, actor: Actor, now: datetime) -> None:
    """Agree to a wish as the second operator, which hands it to the process that makes cities.

    Raises RequestClosed and SamePerson.
    """
    with transaction.atomic():
        row = _locked(request_id, (RequestState.APPROVING,))
        approver = _staff_code(actor)
        if approver == row.sent_by:
            raise booking_data.SamePerson(request=str(request_id))
        row.state, row.changed_at = RequestState.WAITING, now
        row.approved_by, row.approved_by_name = approver, actor.name
        row.save(update_fields=["state", "changed_at", "approved_by", "approved_by_name"])
        _record("tenants.request_approved", row, actor, now, requested_by=row.sent_by_name)
        transaction.on_commit(wishes.nudge)


def send_back(*, request_id: UUID, actor: Actor, now: datetime) -> None:
    """Give a wish that waits for approval back to be corrected.

    Raises RequestClosed.
    """
    with transaction.atomic():
        row = _locked(request_id, (RequestState.APPROVING,))
        row.state, row.changed_at = RequestState.DRAFT, now
        row.save(update_fields=["state", "changed_at"])
        _record("tenants.request_sent_back", row, actor, now)


def approval_of(wish: Mapping[str, str]) -> Approval | None:
    """Read who sent a wish and who approved it; nothing where nobody had to."""
    if not wish["approved_by"]:
        return None
    return Approval(
        requested_by=wish["sent_by"],
        requested_by_name=wish["sent_by_name"],
        approved_by=wish["approved_by"],
        approved_by_name=wish["approved_by_name"],
    )


def drop(*, request_id: UUID, actor: Actor, now: datetime) -> None:
    """Give a wish up before it was fulfilled.

    Raises RequestClosed.
    """
    with transaction.atomic():
        row = _locked(request_id, OPEN)
        row.state, row.changed_at = RequestState.DROPPED, now
        row.profile = without_names(row.profile)
        row.save(update_fields=["state", "changed_at", "profile"])
        _record("tenants.request_dropped", row, actor, now)


def reveal_code(*, request_id: UUID, actor: Actor, now: datetime) -> str:
    """Give the first administrator's code, for the one time it is shown.

    Raises CodeGone.
    """
    with transaction.atomic():
        row = _locked(request_id, (RequestState.DONE,), made=True)
        if row.sealed_code is None:
            raise CodeGone(request=str(request_id))
        opened = vault.open_sealed(sealed=row.sealed_code, place=CODE_PLACE, row=row.uuid)
        row.sealed_code, row.code_shown_at = None, now
        row.save(update_fields=["sealed_code", "code_shown_at"])
        _record("tenants.first_code_shown", row, actor, now)
    return str(opened["code"])


def ask_again(*, request_id: UUID, actor: Actor, now: datetime) -> None:
    """Ask for another code, which the city refuses once its first administrator has a password.

    Raises RequestClosed.
    """
    with transaction.atomic():
        row = _locked(request_id, (RequestState.DONE, RequestState.FAILED), made=True)
        row.state, row.step, row.changed_at = RequestState.WAITING, MADE, now
        row.error, row.error_text, row.attempts = "", "", 0
        row.sealed_code, row.code_shown_at = None, None
        row.save()
        _record("tenants.first_code_asked", row, actor, now)
        transaction.on_commit(wishes.nudge)


def find(*, request_id: UUID) -> ProvisioningRequest:
    """Find a wish.

    Raises RequestNotFound.
    """
    row = ProvisioningRequest.objects.filter(uuid=request_id).first()
    if row is None:
        raise RequestNotFound(request=str(request_id))
    return row


def newest(*, limit: int) -> Sequence[ProvisioningRequest]:
    """List the wishes, the newest first; what was dropped is left out."""
    return list(ProvisioningRequest.objects.exclude(state=RequestState.DROPPED)[:limit])


def missing_sections(profile: Mapping[str, Any]) -> tuple[str, ...]:
    """List what a wish does not say yet."""
    return tuple(name for name in SECTIONS if not profile.get(name))


def is_taken(*, code: str = "", slug: str = "") -> bool:
    """Tell whether a city with this code or short name exists."""
    return bool(City.objects.filter(code=code).exists() or City.objects.filter(slug=slug).exists())


def to_profile(content: Mapping[str, Any]) -> Profile:
    """Read a wish as the profile from which the city is made.

    Raises BadProfile.
    """
    contract = dict(content["contract"])
    for name in ("starts_on", "ends_on"):
        contract[name] = date.fromisoformat(contract[name])
    city = {**content["city"], "state": life.FIRST_STATE}
    whole = {name: content[name] for name in WISHED if name in content} | {"city": city, "contract": contract}
    check_content(name=str(content["city"].get("code", "")), content=whole)
    return Profile(content=whole)


def without_names(profile: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out the names of people, which nobody needs any more."""
    staff = [{key: entry[key] for key in ("staff_code", "role")} for entry in profile.get("staff", ())]
    return {**profile, "staff": staff}


def _staff_code(actor: Actor) -> str:
    return str(Staff.objects.values_list("staff_code", flat=True).get(pk=actor.id))


def _locked(request_id: UUID, states: Sequence[str], *, made: bool = False) -> ProvisioningRequest:
    row = ProvisioningRequest.objects.select_for_update().filter(uuid=request_id).first()
    if row is None:
        raise RequestNotFound(request=str(request_id))
    is_made = row.state == RequestState.DONE or row.step == MADE
    if row.state not in states or is_made != made:
        raise RequestClosed(request=str(request_id), state=row.state)
    return row


def _record(action: str, row: ProvisioningRequest, actor: Actor, now: datetime, **details: Any) -> None:
    code = str(row.profile.get("city", {}).get("code", ""))
    audit.record(
        actor=actor,
        action=action,
        object_type=OBJECT,
        object_ids=[each for each in (code, str(row.uuid)) if each],
        details=details,
        now=now,
    )
