"""What places take part in."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from madoguchi import clock
from madoguchi.hooks.markers import hookimpl
from madoguchi.hooks.values import AuditPhrase, GoLiveCheck, NavigationItem, Permission, Urls, WorkPlace
from madoguchi.places import declarations, queries, services, weeks
from madoguchi.tenancy import City

PAGE = "places:index"


@hookimpl
def urls() -> tuple[Urls, ...]:
    return (
        Urls(zone="staff", prefix="places/", module="madoguchi.places.urls"),
        Urls(zone="api", prefix="places/", module="madoguchi.places.api"),
    )


@hookimpl
def permissions() -> tuple[Permission, ...]:
    return declarations.PERMISSIONS


@hookimpl
def audit_phrases() -> tuple[AuditPhrase, ...]:
    return declarations.AUDIT_PHRASES


@hookimpl
def staff_navigation(request: HttpRequest) -> tuple[NavigationItem, ...]:
    section = _("設定")
    return (
        NavigationItem(
            label=_("場所・開庁時間"),
            url_name=PAGE,
            permission=declarations.VIEW,
            section=section,
            order=800,
        ),
        NavigationItem(
            label=_("閉庁日・臨時開庁"),
            url_name="places:days",
            permission=declarations.VIEW,
            section=section,
            order=810,
        ),
    )


@hookimpl
def work_places() -> tuple[WorkPlace, ...]:
    return tuple(WorkPlace(id=place.id, name=place.name) for place in queries.all_places())


@hookimpl
def city_created(city: City, profile: dict[str, Any]) -> None:
    services.set_up(profile=profile, now=clock.now())


@hookimpl
def go_live_checks() -> tuple[GoLiveCheck, ...]:
    found, open_week = queries.public_places(), weeks.ordinary_weeks()
    return (
        GoLiveCheck(
            label=_("住民が選べる場所がある"),
            is_done=bool(found),
            advice=_("場所を登録してください。"),
            url_name=PAGE,
            order=200,
        ),
        GoLiveCheck(
            label=_("すべての場所に開庁時間がある"),
            is_done=all(place.id in open_week for place in found),
            advice=_("場所ごとに、曜日と時間を登録してください。"),
            url_name=PAGE,
            order=210,
        ),
        GoLiveCheck(
            label=_("すべての場所に住所と電話番号がある"),
            is_done=all(place.address and place.phone for place in found),
            advice=_("住民が場所を確かめられるように、住所と電話番号を登録してください。"),
            url_name=PAGE,
            order=220,
        ),
    )
