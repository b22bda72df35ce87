from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from madoguchi.hooks.markers import hookimpl
from madoguchi.hooks.values import AuditPhrase, NavigationItem, Permission, Urls
from madoguchi.preferences import declarations


@hookimpl
def urls() -> tuple[Urls, ...]:
    return (Urls(zone="staff", prefix="settings/", module="madoguchi.preferences.urls"),)


@hookimpl
def permissions() -> tuple[Permission, ...]:
    return declarations.PERMISSIONS


@hookimpl
def audit_phrases() -> tuple[AuditPhrase, ...]:
    return declarations.AUDIT_PHRASES


@hookimpl
def staff_navigation(request: HttpRequest) -> tuple[NavigationItem, ...]:
    return (
        NavigationItem(
            label=_("機能の設定"),
            url_name="settings_list",
            permission=declarations.CHANGE_SETTINGS,
            section=_("設定"),
            order=880,
        ),
    )
