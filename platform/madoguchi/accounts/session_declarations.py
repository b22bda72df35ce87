"""What sessions declare: their sentences in the audit list, a line of the navigation, a bulk action."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madoguchi import clock
from madoguchi.accounts import session_book
from madoguchi.accounts.declarations import MANAGE_STAFF, VIEW_ENTRIES
from madoguchi.accounts.desk.lists import ids_behind
from madoguchi.accounts.desk.sign_ins import OPEN_SESSIONS, REASONS
from madoguchi.accounts.models import Staff, StaffSession
from madoguchi.errors import DomainError
from madoguchi.hooks.contracts.eyes import Eyes
from madoguchi.hooks.deeds import BulkAction
from madoguchi.hooks.values import AuditPhrase, NavigationItem, StaffTask
from madoguchi.ledger.audit import oddities
from madoguchi.ledger.audit.actors import Actor

_TERMS = {"sessions": gettext_lazy("台数"), **REASONS}
AUDIT_PHRASES = (
    AuditPhrase(
        action=session_book.ENDED, phrase=gettext_lazy("サインインを終わらせた・終わった"), terms=_TERMS
    ),
    AuditPhrase(action="accounts.person_locked", phrase=gettext_lazy("職員の利用を止めた")),
    AuditPhrase(action="accounts.person_unlocked", phrase=gettext_lazy("職員の利用を再開した")),
    AuditPhrase(
        action="accounts.failures_lifted", phrase=gettext_lazy("失敗によるサインインの停止を解除した")
    ),
    AuditPhrase(action="accounts.sign_ins_viewed", phrase=gettext_lazy("サインインの記録を閲覧した")),
)


class AlreadyOver(DomainError):
    """The session has ended meanwhile."""

    code = "session_over"
    message = gettext_lazy("もう終わっています。")


def navigation() -> tuple[NavigationItem, ...]:
    """Lead administrators to who is signed in."""
    return (
        NavigationItem(
            label=_("サインインの管理"),
            url_name="session_list",
            permission=MANAGE_STAFF,
            section=_("職員と安全"),
            order=905,
        ),
    )


def staff_tasks(staff: Staff) -> tuple[StaffTask, ...]:
    """Say that something odd waits for a look."""
    unseen = oddities.count_unseen() if staff.has_permission(VIEW_ENTRIES) else 0
    if not unseen:
        return ()
    return (
        StaffTask(
            label=_("気になる操作を確かめる"),
            url=reverse("audit_alerts", query={"state": "waiting"}),
            permission=VIEW_ENTRIES,
            count=unseen,
            advice=_("情報の見すぎや、2か所からのサインインなどが見つかりました。"),
            is_warning=True,
            order=20,
        ),
    )


def _end(*, row: UUID, choice: str, actor: Actor, now: datetime) -> Mapping[str, Any]:
    found = list(session_book.open_sessions(now=now).filter(id=row))
    if not session_book.end_sessions(found=found, reason="forced", actor=actor, now=now):
        raise AlreadyOver
    return {}


def _describe(*, rows: Sequence[UUID], eyes: Eyes) -> dict[UUID, str]:
    found = StaffSession.objects.select_related("staff").filter(id__in=rows)
    return {each.id: f"{each.staff.name}（{each.device}）" for each in found}


def _find(*, query: str, eyes: Eyes) -> list[UUID]:
    open_now = session_book.open_sessions(now=clock.now())
    return [UUID(key) for key in ids_behind(table=OPEN_SESSIONS, rows=open_now, query=query, eyes=eyes)]


BULK_ACTIONS = (
    BulkAction(
        name="accounts.end_sessions",
        label=gettext_lazy("サインアウトさせる"),
        effect=gettext_lazy(
            "選んだ端末のサインインがすぐに終わります。入力中の内容は30分間、本人のためにとってあります。"
        ),
        permission=MANAGE_STAFF,
        run=_end,
        describe=_describe,
        find=_find,
    ),
)
