"""What the desk of approvals takes part in; always on, in every city and in the world of our operators."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import Staff
from madoguchi.approvals import declarations, queries, services
from madoguchi.hooks.contracts.approvals import SecondPersonWanted
from madoguchi.hooks.markers import hookimpl
from madoguchi.hooks.values import (
    AuditPhrase,
    MessageKind,
    NavigationItem,
    Permission,
    Schedule,
    StaffTask,
    Urls,
)
from madoguchi.ledger.audit.actors import Actor
from madoguchi.tenancy import current_city, is_operators


@hookimpl
def urls() -> tuple[Urls, ...]:
    return declarations.URLS


@hookimpl
def permissions() -> tuple[Permission, ...]:
    return declarations.PERMISSIONS


@hookimpl
def audit_phrases() -> tuple[AuditPhrase, ...]:
    return declarations.AUDIT_PHRASES


@hookimpl
def message_kinds() -> tuple[MessageKind, ...]:
    return declarations.MESSAGE_KINDS


@hookimpl
def schedules() -> tuple[Schedule, ...]:
    return declarations.SCHEDULES


@hookimpl
def staff_navigation(request: HttpRequest) -> tuple[NavigationItem, ...]:
    staff = request.user
    # Our operators have no home with tasks: there the navigation counts.
    is_console = is_operators(current_city())
    waiting = queries.waiting_for(staff) if is_console and isinstance(staff, Staff) else 0
    return (
        NavigationItem(
            label=_("承認"),
            url_name="approvals:index",
            permission=declarations.VIEW,
            section=_("運用") if is_console else _("職員と安全"),
            count=waiting,
            order=35 if is_console else 870,
        ),
    )


@hookimpl
def ask_second_person(wanted: SecondPersonWanted, now: datetime) -> UUID:
    asker = wanted.asked_by
    wish = services.Wish(
        kind=wanted.kind, subject=wanted.subject, reason=wanted.reason, effects=wanted.effects
    )
    return services.ask(wish=wish, actor=Actor(kind=asker.kind, id=asker.id, name=asker.name), now=now)  # type: ignore[arg-type]


@hookimpl
def staff_tasks(request: HttpRequest) -> tuple[StaffTask, ...]:
    staff = request.user
    waiting = queries.waiting_for(staff) if isinstance(staff, Staff) else 0
    if not waiting:
        return ()
    return (
        StaffTask(
            label=_("承認待ちの依頼"),
            url=reverse("approvals:index") + "?state=asked",
            permission=declarations.VIEW,
            count=waiting,
            advice=_("内容を確かめて、承認するか却下してください。"),
            order=40,
        ),
    )
