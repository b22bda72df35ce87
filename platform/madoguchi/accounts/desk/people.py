"""The list of everybody with an account."""

from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import Role, Staff
from madoguchi.web.tables import Column, Filter, Mark, Table
from madoguchi.web.tables.parts import Empty

IN_SERVICE = Mark("ok", _("利用中"))
STOPPED = Mark("none", _("停止中"))
WAITING = Mark("wait", _("初回設定待ち"))
# What Django stores for somebody who has never chosen a password.
NO_PASSWORD = Q(password__in=[""]) | Q(password__startswith="!")  # noqa: S106


def people() -> "QuerySet[Staff]":
    """List everybody with an account, people in service first."""
    return Staff.objects.prefetch_related("roles").order_by("-is_active", "staff_code")


def state_of(staff: Staff) -> Mark:
    """Say whether somebody can sign in."""
    if not staff.is_active:
        return STOPPED
    return IN_SERVICE if staff.has_usable_password() else WAITING


def _in_state(found: "QuerySet[Staff]", value: str) -> "QuerySet[Staff]":
    if value == "stopped":
        return found.filter(is_active=False)
    in_service = found.filter(is_active=True)
    return in_service.filter(NO_PASSWORD) if value == "waiting" else in_service.exclude(NO_PASSWORD)


def _with_role(found: "QuerySet[Staff]", value: str) -> "QuerySet[Staff]":
    return found.filter(roles__key=value)


def _roles() -> list[tuple[str, Any]]:
    return [(role.key, role.name) for role in Role.objects.all()]


STAFF = Table(
    name="accounts.staff",
    label=_("職員の一覧"),
    columns=(
        Column(name="staff_code", label=_("職員コード"), sort=("staff_code",), css="mono"),
        Column(name="name", label=_("氏名"), sort=("name_kana", "name"), is_fixed=True, is_link=True),
        Column(name="name_kana", label=_("氏名カナ"), sort=("name_kana",), css="kana", is_shown=False),
        Column(name="section", label=_("課・係"), sort=("section", "staff_code")),
        Column(name="roles", label=_("役割"), value=lambda staff: [role.name for role in staff.roles.all()]),
        Column(name="state", label=_("状態"), value=state_of),
        Column(
            name="last_login", label=_("最後のサインイン"), sort=("last_login",), css="mono", is_shown=False
        ),
    ),
    filters=(
        Filter(
            name="state",
            label=_("状態"),
            choices=(("active", _("利用中")), ("waiting", _("初回設定待ち")), ("stopped", _("停止中"))),
            apply=_in_state,
        ),
        Filter(name="role", label=_("役割"), choices=_roles, apply=_with_role),
    ),
    search=("staff_code", "name", "name_kana", "section"),
    search_label=_("職員コード・氏名・カナ・課"),
    link=lambda staff: reverse("staff_rights", args=[staff.id]),
    actions=("accounts.deactivate", "accounts.activate", "accounts.give_role"),
    nothing_yet=Empty(
        heading=_("まだ職員が登録されていません"), advice=_("「職員を登録」から始めてください。")
    ),
)
