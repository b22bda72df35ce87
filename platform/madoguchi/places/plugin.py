"""What places take part in."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from madoguchi import clock
from madoguchi.hooks.markers import hookimpl
from madoguchi.hooks.values import GoLiveCheck
from madoguchi.places import queries, services, weeks
from madoguchi.tenancy import City


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
            order=200,
        ),
        GoLiveCheck(
            label=_("すべての場所に開庁時間がある"),
            is_done=all(place.id in open_week for place in found),
            advice=_("場所ごとに、曜日と時間を登録してください。"),
            order=210,
        ),
        GoLiveCheck(
            label=_("すべての場所に住所と電話番号がある"),
            is_done=all(place.address and place.phone for place in found),
            advice=_("住民が場所を確かめられるように、住所と電話番号を登録してください。"),
            order=220,
        ),
    )
