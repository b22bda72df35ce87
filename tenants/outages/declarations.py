"""What planned outages declare: rights, pages, and how their acts are written down."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from madoguchi.hooks.values import AuditPhrase, NavigationItem, Permission, Schedule, Urls
from madoguchi.tenancy import current_city, is_operators

VIEW: Final = "tenants.view_outages"
PLAN: Final = "tenants.plan_outages"
ANSWER: Final = "tenants.answer_outages"

PERMISSIONS = (
    Permission(
        name=VIEW,
        label=_("計画停止を見る"),
        roles=("operator_admin", "operator", "operator_viewer", "city_admin", "counter_clerk", "auditor"),
        function=_("計画停止"),
        access="view",
    ),
    Permission(
        name=PLAN, label=_("計画停止を予定する"), roles=("operator_admin", "operator"), function=_("計画停止")
    ),
    Permission(name=ANSWER, label=_("計画停止の承諾に答える"), roles=("city_admin",), function=_("計画停止")),
)

OBJECT: Final = "tenants.city"
ANNOUNCED: Final = "tenants.outage_announced"
ANSWERED: Final = "tenants.outage_answered"
ENTRY_MADE: Final = "tenants.outage_entry_made"
CHANGES: Final = {
    "announced": ANNOUNCED,
    "moved": "tenants.outage_moved",
    "shortened": "tenants.outage_shortened",
    "extended": "tenants.outage_extended",
    "cancelled": "tenants.outage_cancelled",
    "reopened": "tenants.outage_reopened",
}
TERMS = {
    "starts_at": _("開始"),
    "ends_at": _("終了予定"),
    "emergency_reason": _("緊急の理由"),
    "answer": _("回答"),
    "reason": _("理由"),
    "given": _("承諾"),
    "refused": _("承諾しない"),
}
AUDIT_PHRASES = (
    AuditPhrase(action=ANNOUNCED, phrase=_("計画停止を予定した"), terms=TERMS),
    AuditPhrase(action=CHANGES["moved"], phrase=_("計画停止の日時を変更した"), terms=TERMS),
    AuditPhrase(action=CHANGES["shortened"], phrase=_("計画停止を短くした"), terms=TERMS),
    AuditPhrase(action=CHANGES["extended"], phrase=_("計画停止を延長した"), terms=TERMS),
    AuditPhrase(action=CHANGES["cancelled"], phrase=_("計画停止を取りやめた"), terms=TERMS),
    AuditPhrase(action=CHANGES["reopened"], phrase=_("計画停止から再開した"), terms=TERMS),
    AuditPhrase(action=ANSWERED, phrase=_("計画停止の承諾に答えた"), terms=TERMS),
    AuditPhrase(action=ENTRY_MADE, phrase=_("計画停止中の確認用リンクを作った"), terms=TERMS),
)
URLS = (Urls(zone="staff", prefix="outages/", module="tenants.outages.urls"),)
SCHEDULES = (
    Schedule(
        name="tenants.write_outage_pages",
        task="tenants.write_outage_pages",
        at="*/5 * * * *",
        world="operators",
    ),
)


def navigation() -> tuple[NavigationItem, ...]:
    """Lead our operators to all outages, and a city's staff to those of their city."""
    if is_operators(current_city()):
        return (
            NavigationItem(
                label=_("計画停止"), url_name="outage_list", permission=VIEW, section=_("運用"), order=25
            ),
        )
    return (
        NavigationItem(
            label=_("計画停止"), url_name="outages:list", permission=VIEW, section=_("職員と安全"), order=925
        ),
    )
