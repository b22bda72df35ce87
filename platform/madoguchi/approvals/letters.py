"""Mails to those who decide, and to whoever asked; they name the kind, never a reason or a person's data."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.urls import reverse

from madoguchi.accounts.models import Staff
from madoguchi.approvals.declarations import TOLD, TOLD_OPERATORS
from madoguchi.approvals.models import ApprovalRequest
from madoguchi.hooks.values import ApprovalKind
from madoguchi.notifications import services as notifications
from madoguchi.residents import services as residents
from madoguchi.tenancy import current_city, is_operators

# A city with more administrators than this has them look at their home.
MOST = 30


def tell_deciders(row: ApprovalRequest, *, kind: ApprovalKind, now: datetime) -> None:
    """Write to those who may decide, but for whoever asked."""
    active = Staff.objects.filter(is_active=True).exclude(email="").prefetch_related("roles")
    others = [
        each for each in active if each.has_permission(kind.permission) and str(each.id) != row.asked_by_id
    ]
    _tell(row, others[:MOST], kind=kind, person=row.asked_by_name, now=now)


def tell_asker(row: ApprovalRequest, *, kind: ApprovalKind, now: datetime) -> None:
    """Write to whoever asked, where that is a member of staff of this world."""
    own = "operator" if is_operators(current_city()) else "staff"
    if row.asked_by_kind == own:
        found = Staff.objects.filter(id=row.asked_by_id, is_active=True).exclude(email="")
        _tell(row, found, kind=kind, person=row.decided_by_name, now=now)


def _tell(
    row: ApprovalRequest, people: Iterable[Staff], *, kind: ApprovalKind, person: str, now: datetime
) -> None:
    told = TOLD_OPERATORS if is_operators(current_city()) else TOLD
    # Asked in a task or command, too, where no request has chosen the addresses.
    pages = settings.MADOGUCHI["URLCONFS"]["operators" if is_operators(current_city()) else "staff"]
    url = current_city().staff_url + reverse("approvals:show", urlconf=pages, args=[row.id])
    for each in people:
        notifications.notify(
            kind=told.name,
            contact=residents.staff_contact_for(email=each.email, language="ja", now=now),
            values={
                "request": str(kind.label),
                "person": person,
                "state": str(row.get_state_display()),
                "url": url,
            },
            key=f"{told.name}:{row.id}:{row.state}:{each.id}",
            now=now,
        )
