"""Read requests: public API of this room, together with services."""

from uuid import UUID

from django.db.models import QuerySet

from madoguchi.accounts.models import Staff
from madoguchi.approvals import kinds
from madoguchi.approvals.errors import RequestNotFound
from madoguchi.approvals.models import OPEN, ApprovalRequest, State


def find(*, request_id: UUID) -> ApprovalRequest:
    """Find a request.

    Raises RequestNotFound.
    """
    row = ApprovalRequest.objects.filter(id=request_id).first()
    if row is None:
        raise RequestNotFound(request=str(request_id))
    return row


def everything() -> "QuerySet[ApprovalRequest]":
    """List all requests, the newest first."""
    return ApprovalRequest.objects.all()


def open_about(*, kind: str, subject: str) -> ApprovalRequest | None:
    """Find the open request about something, if there is one."""
    return ApprovalRequest.objects.filter(kind=kind, subject=subject, state__in=OPEN).first()


def others_who_decide(*, kind: str, asker: str) -> int:
    """Count who could say yes to what somebody asked: in service, with the right, and not the asker."""
    permission = kinds.find(kind).permission
    active = Staff.objects.filter(is_active=True).prefetch_related("roles")
    return sum(each.has_permission(permission) for each in active if str(each.id) != asker)


def waiting_for(staff: Staff) -> int:
    """Count what this person could decide now."""
    names = [kind.name for kind in kinds.declared() if kind.permission in staff.granted_permissions]
    waiting = ApprovalRequest.objects.filter(state=State.ASKED, kind__in=names)
    return waiting.exclude(asked_by_id=str(staff.id)).count()
