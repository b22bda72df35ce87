"""Lists of bookings: every one by filters, and who did not come; as pages, files and on paper."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from madoguchi import clock
from madoguchi.accounts.desk import lists, saved
from madoguchi.accounts.models import Staff
from madoguchi.accounts.services import actor_of
from madoguchi.accounts.sight import eyes_of
from madoguchi.hooks.contracts.eyes import EVERYTHING, Eyes
from madoguchi.hooks.deeds import BulkAction
from madoguchi.ledger.audit import services as audit
from madoguchi.notifications.declarations import SEND_MAILINGS
from madoguchi.preferences import queries as preferences
from madoguchi.web.access import requires
from madoguchi.web.tables import Table
from plugins.card_reservation.declarations.permissions import BOOK, VIEW
from plugins.card_reservation.declarations.settings import BookingSettings
from plugins.card_reservation.queries.personal_data import eyes_here
from plugins.card_reservation.services import listing
from plugins.card_reservation.services.listing import BookingRows, ListedBooking
from plugins.card_reservation.views import marking
from plugins.card_reservation.views.list_table import BOOKINGS, NO_SHOWS

AUDIENCES = {BOOKINGS.name: "card_reservation.visitors", NO_SHOWS.name: "card_reservation.missed"}
NARROWING = ("first_day", "last_day", "place", "service", "channel")
PAGES = {
    BOOKINGS.name: "card_reservation/staff/listed.html",
    NO_SHOWS.name: "card_reservation/staff/no_shows.html",
}


@requires(VIEW)
@require_safe
def bookings(request: HttpRequest) -> HttpResponse:
    """List bookings of any days; it opens with those still to come."""
    _begin_with(request, BOOKINGS, "period=ahead")
    return _show(request, BOOKINGS, listing.bookings, purpose="card_reservation.list")


@requires(VIEW)
@require_safe
def no_shows(request: HttpRequest) -> HttpResponse:
    """List who booked and did not come; it opens with the last month."""
    _begin_with(request, NO_SHOWS, "period=past_month")
    return _show(request, NO_SHOWS, listing.no_shows, purpose="card_reservation.no_shows")


def _begin_with(request: HttpRequest, table: Table, query: str) -> None:
    """Let a list open with some of its rows, unless this person opens it with a view of their own."""
    assert isinstance(request.user, Staff)
    choice = saved.choice_of(staff=request.user, table=table.name)
    if not request.GET and not (choice and choice.opens_with_id):
        request.GET = QueryDict(query)


def _show(
    request: HttpRequest, table: Table, find: Callable[..., BookingRows], *, purpose: str
) -> HttpResponse:
    now = clock.now()
    chosen = preferences.current(BookingSettings)

    def recording(rows: Sequence[ListedBooking]) -> None:
        _record(request, rows, purpose=purpose, now=now)

    response = lists.show(
        request,
        table=table.seen_by(eyes_here(EVERYTHING)),
        rows=find(now=now, eyes=eyes_of(request)),
        template=PAGES[table.name],
        context={
            "minutes": chosen.missed_minutes,
            "nudge_days": chosen.nudge_days,
            "mailing": _mailing(request, table),
        },
        recording=recording,
    )
    response["Cache-Control"] = "no-store"
    return response


def _mailing(request: HttpRequest, table: Table) -> str:
    """Name where these people are written to at once; empty for who may not."""
    if not request.user.has_permission(SEND_MAILINGS):  # type: ignore[union-attr]
        return ""
    kept = {name: request.GET[name] for name in NARROWING if request.GET.get(name)}
    return f"{reverse('mailing_new', args=[AUDIENCES[table.name]])}?{urlencode(kept)}"


def _record(request: HttpRequest, rows: Sequence[ListedBooking], *, purpose: str, now: datetime) -> None:
    if any(person.name or person.kana for row in rows for person in row.people) or any(
        row.phone for row in rows
    ):
        audit.record_read(
            actor=actor_of(request),
            object_type="card_reservation.booking",
            object_ids=[str(row.booking_id) for row in rows],
            purpose=purpose,
            now=now,
        )


def _finder(table: Table, find: Callable[..., BookingRows]) -> Any:
    def found(*, query: str, eyes: Eyes) -> list[UUID]:
        rows = find(now=clock.now(), eyes=eyes)
        return [UUID(key) for key in lists.ids_behind(table=table, rows=rows, query=query, eyes=eyes)]

    return found


def _action(name: str, label: Any, effect: Any, run: Any, find: Any) -> BulkAction:
    return BulkAction(
        name=f"card_reservation.{name}",
        label=label,
        effect=effect,
        permission=BOOK,
        run=run,
        describe=marking.describe,
        find=find,
        undo=marking.put_back,
    )


ARRIVED, ABSENT, _UNMARKED = marking.ACTIONS
_BOOKINGS = _finder(BOOKINGS, listing.bookings)
ACTIONS = (
    _action("listed_arrived", ARRIVED.label, ARRIVED.effect, ARRIVED.run, _BOOKINGS),
    _action("listed_absent", ABSENT.label, ABSENT.effect, ABSENT.run, _BOOKINGS),
    _action(
        "came_late",
        _("遅れて来たことにする"),
        _("選んだ予約に「来庁済み」の印を付けます。この一覧から外れ、予約し直しのメールは送られません。"),
        ARRIVED.run,
        _finder(NO_SHOWS, listing.no_shows),
    ),
)
