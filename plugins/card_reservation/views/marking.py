"""Mark who came: one booking from its page, many from the board."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from madoguchi import clock
from madoguchi.accounts.desk import lists, undoing
from madoguchi.accounts.services import actor_of
from madoguchi.accounts.sight import eyes_of, eyes_of_actor
from madoguchi.errors import DomainError
from madoguchi.hooks.contracts.eyes import Eyes
from madoguchi.hooks.deeds import BulkAction, Undoable
from madoguchi.ledger.audit.actors import Actor
from madoguchi.places import queries as places
from madoguchi.web.access import requires
from plugins.card_reservation import queries
from plugins.card_reservation.declarations.permissions import BOOK
from plugins.card_reservation.forms.staff import DayForm
from plugins.card_reservation.services import visits
from plugins.card_reservation.views import arriving
from plugins.card_reservation.views.board_table import BOARD, STATES

UNDO = "card_reservation.mark_visit"


@requires(BOOK)
@require_POST
def mark(request: HttpRequest, booking_id: UUID) -> HttpResponse:
    """Mark one booking; a toast takes the mark back."""
    wanted = {"arrived": "arrived", "absent": "absent"}.get(request.POST.get("visit", ""), "")
    address = reverse("reservations:detail", args=[booking_id])
    try:
        before = visits.mark(
            booking_id=booking_id,
            visit=wanted,  # type: ignore[arg-type]
            actor=actor_of(request),
            now=clock.now(),
            eyes=eyes_of(request),
        )
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect(address)
    if before != wanted:
        text = _("「%(state)s」にしました。") % {"state": STATES[wanted or "active"].label}
        values = {"booking": str(booking_id), "before": before, "after": wanted}
        undoing.offer(request, kind=UNDO, text=text, values=values, back_url=address)
    if wanted == "arrived":
        return arriving.go_on(request, booking_id=booking_id, back=address)
    return redirect(address)


def take_back(*, values: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    """Give a booking the mark it had before.

    Raises MovedOn.
    """
    visits.put_back(
        booking_id=UUID(values["booking"]),
        before=values["before"],
        after=values["after"],
        actor=actor,
        now=now,
    )


def _marking(visit: visits.Visit) -> Any:
    def run(*, row: UUID, choice: str, actor: Actor, now: datetime) -> Mapping[str, Any]:
        eyes = eyes_of_actor(actor)
        before = visits.mark(booking_id=row, visit=visit, actor=actor, now=now, eyes=eyes)
        return {"before": before, "after": visit}

    return run


def put_back(*, row: UUID, before: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    """Take one mark of many back.

    Raises MovedOn.
    """
    visits.put_back(booking_id=row, before=before["before"], after=before["after"], actor=actor, now=now)


def describe(*, rows: Sequence[UUID], eyes: Eyes) -> dict[UUID, str]:
    """Name the bookings of a reader's places by number and time, without anybody's name."""
    return queries.numbers(booking_ids=rows, eyes=eyes)


def find(*, query: str, eyes: Eyes) -> list[UUID]:
    """List the bookings behind the address of a board."""
    now = clock.now()
    form = DayForm(QueryDict(query))
    day: date = form.chosen_day(otherwise=clock.local(now).date())
    wanted = form.cleaned_data.get("place")
    place_id = wanted if wanted in {place.id for place in places.places_seen_by(eyes=eyes)} else None
    rows = queries.day_board(place_id=place_id, day=day, now=now, eyes=eyes)
    return [UUID(key) for key in lists.ids_behind(table=BOARD, rows=rows, query=query, eyes=eyes)]


def _action(name: str, label: Any, effect: Any, visit: visits.Visit) -> BulkAction:
    return BulkAction(
        name=f"card_reservation.{name}",
        label=label,
        effect=effect,
        permission=BOOK,
        run=_marking(visit),
        describe=describe,
        find=find,
        undo=put_back,
    )


ACTIONS = (
    _action(
        "arrived",
        gettext_lazy("来庁済みにする"),
        gettext_lazy("選んだ予約に「来庁済み」の印を付けます。住民への通知は送りません。"),
        "arrived",
    ),
    _action(
        "absent",
        gettext_lazy("来なかったことにする"),
        gettext_lazy("選んだ予約に「来なかった」の印を付けます。予約は取り消されず、通知も送りません。"),
        "absent",
    ),
    _action(
        "unmarked",
        gettext_lazy("印を外す"),
        gettext_lazy("選んだ予約から、来庁済み・来なかったの印を外します。"),
        "",
    ),
)
UNDOABLES = (Undoable(name=UNDO, label=gettext_lazy("来庁の印"), permission=BOOK, function=take_back),)
