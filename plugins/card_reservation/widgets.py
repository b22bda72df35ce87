"""Pieces of this plugin on pages of others: the card on the staff home, the door on a city's pages."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from madoguchi import clock
from madoguchi.accounts.sight import eyes_of
from madoguchi.hooks.contracts.eyes import Eyes
from madoguchi.hooks.values import DashboardCard, StaffTask, Widget
from madoguchi.residents.budget import Level
from madoguchi.web.templatetags.madoguchi import wareki_moment
from plugins.card_reservation import queries
from plugins.card_reservation.declarations.permissions import UNLOCK
from plugins.card_reservation.services import papers, unlocking


def dashboard_cards(request: HttpRequest) -> tuple[DashboardCard, ...]:
    """show today's visits on the staff home."""
    today = clock.today()
    slots = queries.day_slots(place_id=None, day=today, eyes=eyes_of(request))
    context = {
        "today": today,
        "booked": sum(slot.booked for slot in slots),
        "capacity": sum(slot.capacity for slot in slots),
        "kit_made_at": papers.last_made_at(),
    }
    return (
        DashboardCard(
            template="card_reservation/widgets/today.html",
            context=context,
            permission="card_reservation.view_bookings",
            order=10,
        ),
    )


def staff_tasks(*, now: datetime, eyes: Eyes) -> tuple[StaffTask, ...]:
    """name who is still expected today, and whom nobody has marked."""
    today = clock.local(now).date()
    expected, late = queries.still_expected(day=today, now=now, eyes=eyes)
    _expected, forgotten = queries.still_expected(day=today - timedelta(days=1), now=now, eyes=eyes)
    board = reverse("reservations:day_board")
    found = []
    if forgotten:
        yesterday = f"{board}?day={today - timedelta(days=1)}"
        label, advice = (
            _("昨日の予約に来庁の印がありません"),
            _("来庁済みか、来なかったかを記録してください。"),
        )
        found.append(_task(label, f"{yesterday}&state=done", forgotten, advice, is_late=True))
    if late:
        label = _("時間を過ぎた予約に来庁の印がありません")
        found.append(_task(label, f"{board}?day={today}&state=done", late, "", is_late=True))
    if expected - late:
        label = _("これから来庁する予約")
        found.append(_task(label, f"{board}?day={today}&state=active", expected - late, "", is_late=False))
    return (*found, *_paper_kit(now), *_guesses(now))


def _guesses(now: datetime) -> tuple[StaffTask, ...]:
    """warn while many numbers are guessed at, because residents are asked for more then."""
    seen = unlocking.overview(now=now)
    if seen.level is Level.OPEN:
        return ()
    return (
        StaffTask(
            label=_("番号の照合の間違いが増えています"),
            url=reverse("reservations:guesses"),
            permission=UNLOCK,
            advice=_("この1時間で %(failures)s 件です。住民の方は、電話での予約もできます。")
            % {"failures": seen.failures},
            is_warning=True,
            order=1,
        ),
    )


def _paper_kit(now: datetime) -> tuple[StaffTask, ...]:
    """warn when a counter would have nothing on paper tomorrow."""
    if not papers.is_stale(now=now):
        return ()
    made_at = papers.last_made_at()
    return (
        StaffTask(
            label=_("紙の予備リストが新しくなっていません"),
            url=reverse("reservations:kits"),
            permission="card_reservation.read_paper_kit",
            advice=_("最後に作ったのは %(at)s です。") % {"at": wareki_moment(made_at)} if made_at else "",
            is_warning=True,
            order=5,
        ),
    )


def _task(label: Any, url: str, count: int, advice: Any, *, is_late: bool) -> StaffTask:
    return StaffTask(
        label=label,
        url=url,
        permission="card_reservation.view_bookings",
        count=count,
        advice=advice,
        is_late=is_late,
        order=10 if is_late else 20,
    )


def cms_widgets() -> tuple[Widget, ...]:
    """offer the door to the booking pages to a city's editors."""
    return (
        Widget(
            name="card_reservation.door",
            label=_("カード受け取り予約への入口"),
            template="card_reservation/widgets/door.html",
            context=_door,
        ),
    )


def _door(**_given: Any) -> Mapping[str, Any]:
    return {}
