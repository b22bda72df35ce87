"""What the registers declare: rights, pages, and how their entries are written down."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from madoguchi.hooks.values import AuditPhrase, NavigationItem, Permission, Urls
from madoguchi.tenancy import current_city, is_operators

VIEW: Final = "tenants.view_registers"
KEEP: Final = "tenants.keep_registers"
FUNCTION: Final = _("セキュリティの台帳")

PERMISSIONS = (
    Permission(
        name=VIEW,
        label=_("セキュリティの台帳を見る"),
        roles=("operator_admin", "operator", "operator_viewer", "city_admin", "auditor"),
        function=FUNCTION,
        access="view",
    ),
    Permission(
        name=KEEP,
        label=_("セキュリティの台帳に書く"),
        roles=("operator_admin", "operator"),
        function=FUNCTION,
    ),
)

OBJECT: Final = "tenants.register"
ADDED: Final = "tenants.register_added"
CHANGED: Final = "tenants.register_changed"
CHECKED: Final = "tenants.register_checked"
TERMS = {
    "kind": _("台帳"),
    "title": _("件名"),
    "changed": _("変更した項目"),
    "found": _("見つかった件数"),
    "sub_processor": _("再委託先"),
    "vulnerability": _("脆弱性"),
    "assessment": _("セキュリティ診断"),
    "finding": _("診断の指摘"),
    "guideline": _("ガイドライン"),
    "assumption": _("前提としたこと"),
}
AUDIT_PHRASES = (
    AuditPhrase(action=ADDED, phrase=_("台帳に登録した"), terms=TERMS),
    AuditPhrase(action=CHANGED, phrase=_("台帳を変更した"), terms=TERMS),
    AuditPhrase(action=CHECKED, phrase=_("脆弱性の情報を確かめた"), terms=TERMS),
)
URLS = (Urls(zone="staff", prefix="security-registers/", module="tenants.registers.city_urls"),)


def navigation() -> tuple[NavigationItem, ...]:
    """Lead our operators to all registers, and a city's staff to what concerns their city."""
    if is_operators(current_city()):
        return (
            NavigationItem(
                label=_("セキュリティの台帳"),
                url_name="register_list",
                permission=VIEW,
                section=_("運用"),
                order=40,
            ),
        )
    return (
        NavigationItem(
            label=_("セキュリティの台帳"),
            url_name="registers:list",
            permission=VIEW,
            section=_("職員と安全"),
            order=930,
        ),
    )
