"""The page of the day's queue: what it shows, and what went wrong beside the field that it is about."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from madoguchi import clock
from madoguchi.accounts.sight import eyes_of
from madoguchi.places import queries as places
from madoguchi.web.seen import mark_of
from plugins.card_reservation import queries
from plugins.card_reservation.declarations.permissions import QUEUE
from plugins.card_reservation.forms.queue import CounterForm, ScanForm, WalkInForm
from plugins.card_reservation.queries import turns
from plugins.card_reservation.queries.values import BoardRow
from plugins.card_reservation.services import callers, walls
from plugins.card_reservation.views.day_board import NO_CONTENT, record_rows

COUNTER = "card_reservation.counter"
ASKED_ANEW = 422


@dataclass(frozen=True, kw_only=True)
class Wrong:
    """What somebody sent that cannot be done: a form with its errors, or a sentence about one number."""

    form: forms.Form | None = None
    turn: UUID | None = None
    text: str = ""


def draw(
    request: HttpRequest, *, place_id: UUID | None, now: datetime, wrong: Wrong | None = None
) -> HttpResponse:
    """Show the queue of today at one place; what was typed wrongly stays in its field."""
    known = places.places_seen_by(eyes=eyes_of(request))
    status = ASKED_ANEW if wrong else 200
    if place_id is None:
        context: dict[str, Any] = {"places": known, "queue": None}
        return render(request, "card_reservation/staff/queue.html", context, status=status)
    today = clock.local(now).date()
    drawn = turns.queue(place_id=place_id, day=today, now=now)
    expected = _expected(request, place_id, now=now)
    print_of = _print_of(drawn, expected)
    is_background = "X-Background" in request.headers
    if is_background and request.GET.get("shown") == print_of:
        return HttpResponse(status=NO_CONTENT)
    record_rows(request, expected, now=now)
    context = {
        "queue": drawn,
        "expected": expected,
        "print_of": print_of,
        "places": known,
        "place_id": place_id,
        "today": today,
        "now": now,
        **_tools(request, place_id, wrong),
    }
    template = "queue_part" if is_background else "queue"
    response = render(request, f"card_reservation/staff/{template}.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response


def choices_of_services() -> list[tuple[UUID, str]]:
    """List what somebody without a booking may come for."""
    return [(service.id, service.name) for service in queries.services_for(audience="staff")]


def _tools(request: HttpRequest, place_id: UUID, wrong: Wrong | None) -> dict[str, Any]:
    """Make the forms above the queue for whoever may run it."""
    if not request.user.has_permission(QUEUE):  # type: ignore[union-attr]
        return {"may_run": False}
    sent = wrong.form if wrong else None
    counter = request.session.get(COUNTER, "")
    return {
        "may_run": True,
        "wrong": wrong,
        "refused": [wrong.text] if wrong and wrong.text else [],
        "scan": sent if isinstance(sent, ScanForm) else ScanForm(),
        "walk": sent if isinstance(sent, WalkInForm) else WalkInForm(services=choices_of_services()),
        "call": sent if isinstance(sent, CounterForm) else CounterForm(initial={"counter": counter}),
        "counters": turns.counters_of(place_id=place_id),
        "wall": walls.address_of(place_id=place_id),
    }


def _expected(request: HttpRequest, place_id: UUID, *, now: datetime) -> list[BoardRow]:
    """List who is booked for today and has no number yet."""
    today = clock.local(now).date()
    known = turns.checked_in(place_id=place_id, day=today)
    eyes = eyes_of(request)
    rows = callers.named(rows=queries.day_board(place_id=place_id, day=today, now=now, eyes=eyes), eyes=eyes)
    return [row for row in rows if row.status != "cancelled" and row.booking_id not in known]


def _print_of(drawn: turns.QueueView, expected: list[BoardRow]) -> str:
    rows = [*drawn.waiting, *drawn.at_counters, *drawn.over]
    told = [f"{row.id}{row.state}{row.counter}{row.minutes}" for row in rows]
    told += [f"{row.booking_id}{row.visit}" for row in expected]
    return mark_of("|".join(told))
