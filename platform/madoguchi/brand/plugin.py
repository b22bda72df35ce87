from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from madoguchi.brand import declarations
from madoguchi.hooks.markers import hookimpl
from madoguchi.hooks.values import AuditPhrase, GoLiveCheck, NavigationItem, Permission, Urls
from madoguchi.web.brands import current_brand


@hookimpl
def urls() -> tuple[Urls, ...]:
    return (
        Urls(zone="staff", prefix="brand/", module="madoguchi.brand.urls"),
        Urls(zone="staff", prefix="design/", module="madoguchi.brand.design_urls"),
        Urls(zone="resident", prefix="brand/", module="madoguchi.brand.resident_urls"),
    )


@hookimpl
def permissions() -> tuple[Permission, ...]:
    return declarations.PERMISSIONS


@hookimpl
def audit_phrases() -> tuple[AuditPhrase, ...]:
    return declarations.AUDIT_PHRASES


@hookimpl
def go_live_checks() -> tuple[GoLiveCheck, ...]:
    return (
        GoLiveCheck(
            label=_("問い合わせ先の電話番号がある"),
            is_done=bool(current_brand().get("phone")),
            advice=_("すべてのページに表示する電話番号を入力してください。"),
            url_name="look_page",
            order=10,
        ),
    )


@hookimpl
def staff_navigation(request: HttpRequest) -> tuple[NavigationItem, ...]:
    return (
        NavigationItem(
            label=_("見た目と連絡先"),
            url_name="look_page",
            permission=declarations.CHANGE_LOOK,
            section=_("案内と通知"),
            order=870,
        ),
    )
