from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madoguchi import clock
from madoguchi.accounts import declarations, method_declarations, queries, services, session_declarations
from madoguchi.accounts.desk import acts as desk
from madoguchi.accounts.desk import bulk
from madoguchi.accounts.models import Staff
from madoguchi.accounts.queries import audit_of_today
from madoguchi.accounts.session_rules import RULES
from madoguchi.accounts.visits import declarations as visits
from madoguchi.hooks.deeds import BulkAction, Undoable
from madoguchi.hooks.markers import hookimpl
from madoguchi.hooks.settings import SettingsSchema
from madoguchi.hooks.values import (
    AuditPhrase,
    Banner,
    Countable,
    DashboardCard,
    GoLiveCheck,
    MessageKind,
    NavigationItem,
    Permission,
    StaffTask,
    TrialData,
)
from madoguchi.tenancy import City


@hookimpl
def permissions() -> tuple[Permission, ...]:
    return (*declarations.PERMISSIONS, *visits.PERMISSIONS)


@hookimpl
def audit_phrases() -> tuple[AuditPhrase, ...]:
    return (*declarations.AUDIT_PHRASES, *session_declarations.AUDIT_PHRASES, *visits.AUDIT_PHRASES)


@hookimpl
def settings_schema() -> tuple[SettingsSchema, ...]:
    return (RULES,)


@hookimpl
def message_kinds() -> tuple[MessageKind, ...]:
    return method_declarations.MESSAGES


@hookimpl
def countables() -> tuple[Countable, ...]:
    return (Countable(label=gettext_lazy("職員"), model="accounts.Staff"),)


@hookimpl
def staff_navigation(request: HttpRequest) -> tuple[NavigationItem, ...]:
    return (
        NavigationItem(
            label=_("職員・権限"),
            url_name="staff_list",
            permission=declarations.VIEW_STAFF,
            section=_("職員と安全"),
            order=900,
        ),
        NavigationItem(
            label=_("サインインの決まり"),
            url_name="sign_in_policy",
            permission=declarations.MANAGE_SIGN_IN,
            section=_("職員と安全"),
            order=905,
        ),
        NavigationItem(
            label=_("操作履歴"),
            url_name="audit_list",
            permission=declarations.VIEW_ENTRIES,
            section=_("職員と安全"),
            order=910,
        ),
        *session_declarations.navigation(),
        *visits.navigation(),
    )


@hookimpl
def dashboard_cards(request: HttpRequest) -> tuple[DashboardCard, ...]:
    staff = request.user
    if not isinstance(staff, Staff) or not staff.has_permission(declarations.VIEW_ENTRIES):
        return ()
    return (
        DashboardCard(
            template="accounts/audit_card.html",
            context=audit_of_today(now=clock.now()),
            permission=declarations.VIEW_ENTRIES,
            order=900,
        ),
    )


@hookimpl
def staff_tasks(request: HttpRequest) -> tuple[StaffTask, ...]:
    staff = request.user
    if not isinstance(staff, Staff):
        return ()
    return (*visits.staff_tasks(staff), *session_declarations.staff_tasks(staff))


@hookimpl
def page_banners(request: HttpRequest) -> tuple[Banner, ...]:
    return visits.page_banners(request)


@hookimpl
def city_created(city: City, profile: dict[str, Any]) -> None:
    password = str(profile.get("demo_password", ""))
    services.enrol(entries=profile.get("staff", ()), password=password, now=clock.now())


@hookimpl
def undoables() -> tuple[Undoable, ...]:
    return desk.UNDOABLES


@hookimpl
def bulk_actions() -> tuple[BulkAction, ...]:
    return (*bulk.ACTIONS, *session_declarations.BULK_ACTIONS)


@hookimpl
def trial_data() -> tuple[TrialData, ...]:
    tables = ("accounts_draft", "accounts_undooffer")
    return (TrialData(label=gettext_lazy("入力の続きと取り消しの記録"), tables=tables),)


@hookimpl
def go_live_checks() -> tuple[GoLiveCheck, ...]:
    return (
        GoLiveCheck(
            label=_("管理者が2人以上いる"),
            is_done=queries.count_holders(role="city_admin") >= 2,
            advice=_("1人が不在でも困らないように、もう1人に管理者の役割を付けてください。"),
            url_name="staff_list",
            order=400,
        ),
        GoLiveCheck(
            label=_("窓口職員がいる"),
            is_done=queries.count_holders(role="counter_clerk") >= 1,
            advice=_("窓口で使う職員を登録してください。"),
            url_name="staff_list",
            order=410,
        ),
        GoLiveCheck(
            label=_("すべての職員が自分のパスワードを決めた"),
            is_done=queries.count_without_password() == 0,
            advice=_("再設定コードを渡し、最初のサインインを済ませてもらってください。"),
            url_name="staff_list",
            order=420,
        ),
    )
