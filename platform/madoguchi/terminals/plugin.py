"""What the check of terminals takes part in."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from madoguchi.hooks.markers import hookimpl
from madoguchi.hooks.values import AuditPhrase, NavigationItem, Permission, Urls
from madoguchi.terminals import declarations


@hookimpl
def urls() -> tuple[Urls, ...]:
    return (Urls(zone="staff", prefix="terminals/", module="madoguchi.terminals.urls"),)


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
            label=_("端末の動作確認"),
            url_name="terminals:index",
            permission=declarations.CHECK,
            section=_("設定"),
            order=950,
        ),
    )
