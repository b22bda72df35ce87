"""Everything cms adds to the house, on one page."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from cms import declarations, hours
from madoguchi import clock
from madoguchi.hooks.contracts.legal import LegalDocuments
from madoguchi.hooks.markers import hookimpl
from madoguchi.hooks.values import (
    AuditPhrase,
    GoLiveCheck,
    HealthCheck,
    NavigationItem,
    Permission,
    Schedule,
    SiteLink,
    StaffTask,
    Widget,
)
from madoguchi.places import queries as places
from madoguchi.places import weeks
from madoguchi.tenancy import City

EDIT_PAGES = "cms.edit_pages"
PUBLISH_PAGES = "cms.publish_pages"


@hookimpl
def permissions() -> tuple[Permission, ...]:
    return (
        Permission(
            name=EDIT_PAGES,
            label=_("ホームページを編集する"),
            roles=("city_admin", "site_editor"),
            function=_("ホームページ"),
        ),
        Permission(
            name=PUBLISH_PAGES,
            label=_("ホームページの公開を承認する"),
            roles=("city_admin",),
            function=_("ホームページ"),
        ),
    )


@hookimpl
def staff_navigation(request: HttpRequest) -> tuple[NavigationItem, ...]:
    return (
        NavigationItem(
            label=_("ホームページ"),
            url_name="wagtailadmin_home",
            permission=EDIT_PAGES,
            section=_("案内と通知"),
            order=850,
        ),
    )


@hookimpl
def site_links(request: HttpRequest) -> tuple[SiteLink, ...]:
    # Models are not loaded when the plugins register themselves.
    from cms import menu

    return menu.site_links(language=get_language() or "ja")


@hookimpl
def schedules() -> tuple[Schedule, ...]:
    return (Schedule(name="cms.publish_due", task="cms.publish_due", every=timedelta(minutes=10)),)


@hookimpl
def cms_widgets() -> tuple[Widget, ...]:
    return (
        Widget(
            name="cms.doors",
            label=_("手続きの入口"),
            template="cms/widgets/doors.html",
        ),
        Widget(
            name="cms.places",
            label=_("窓口の場所と時間"),
            template="cms/widgets/places.html",
            context=places_context,
        ),
    )


@hookimpl
def city_created(city: City, profile: dict[str, Any]) -> None:
    # Models are not loaded when the plugins register themselves.
    from cms.services.founding import found_site

    found_site(city=city, now=clock.now(), today=clock.today())


@hookimpl
def health_checks() -> tuple[HealthCheck, ...]:
    return (HealthCheck(name="site", read=_read_site),)


def places_context(request: HttpRequest | None) -> Mapping[str, Any]:
    """Give the places widget every public place with its hours, in the language of the page."""
    language = get_language() or "ja"
    ordinary = weeks.ordinary_weeks()
    return {
        "places": [
            {
                "name": place.label(language),
                "address": place.address,
                "phone": place.phone,
                "hours": hours.lines(ordinary.get(place.id, {}), language=language),
            }
            for place in places.public_places()
        ]
    }


def _read_site() -> None:
    from wagtail.models import Site

    is_live = Site.objects.values_list("root_page__live", flat=True).get(is_default_site=True)
    assert is_live, "the first page is not published"


@hookimpl
def legal_documents(language: str, today: date) -> LegalDocuments:
    from cms.services import legal

    return legal.documents(language=language, today=today)


@hookimpl
def audit_phrases() -> tuple[AuditPhrase, ...]:
    return declarations.AUDIT_PHRASES


@hookimpl
def staff_tasks(request: HttpRequest) -> tuple[StaffTask, ...]:
    from cms.services import legal

    missing = legal.documents(language="ja", today=clock.today()).missing
    names = "・".join(str(declarations.DOCUMENTS[name]) for name in missing)
    return tuple(
        StaffTask(
            label=gettext("「%(names)s」が公開されていないため、予約の受付を止めています") % {"names": names},
            url=reverse("wagtailadmin_home"),
            permission=EDIT_PAGES,
            advice=_("ホームページの編集から公開してください。公開すると、すぐに受付を始めます。"),
            is_warning=True,
            order=1,
        )
        for _once in missing[:1]
    )


@hookimpl
def go_live_checks() -> tuple[GoLiveCheck, ...]:
    # Models are not loaded when the plugins register themselves.
    from cms.services import legal

    return (
        GoLiveCheck(
            label=_("「利用規約」「個人情報の取り扱い」「ウェブアクセシビリティ方針」を公開している"),
            is_done=legal.has_every_legal_page(),
            advice=_("すべての言語で、3つのページを公開してください。"),
            url_name="wagtailadmin_home",
            order=100,
        ),
        GoLiveCheck(
            label=_("3つのページの日本語の内容を確かめた"),
            is_done=legal.count_unread_legal_pages() == 0,
            advice=_("最初の文のままです。内容を確かめ、自治体の文に直して公開してください。"),
            url_name="wagtailadmin_home",
            order=110,
        ),
    )
