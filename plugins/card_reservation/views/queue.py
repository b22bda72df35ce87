"""The queue of the day: check in by a number or from the list, call to a counter, serve, take back."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from madoguchi import clock
from madoguchi.accounts.desk import undoing
from madoguchi.accounts.services import actor_of
from madoguchi.accounts.sight import eyes_of
from madoguchi.errors import DomainError
from madoguchi.hooks.deeds import Undoable
from madoguchi.ledger.audit.actors import Actor
from madoguchi.ledger.values import JSON
from madoguchi.places import queries as places
from madoguchi.web.access import requires
from plugins.card_reservation import queries
from plugins.card_reservation.declarations.permissions import QUEUE, VIEW
from plugins.card_reservation.forms.queue import NOT_FOUND, CounterForm, ScanForm, WalkInForm
from plugins.card_reservation.forms.staff import DayForm
from plugins.card_reservation.queries import turns
from plugins.card_reservation.queries.values import BoardRow
from plugins.card_reservation.rules.queue import Step
from plugins.card_reservation.services import queue as line
from plugins.card_reservation.services import walls
from plugins.card_reservation.services.scanning import bookings_behind
from plugins.card_reservation.views import arriving
from plugins.card_reservation.views.day_board import NO_CONTENT, record_rows

UNDO_STEP = "card_reservation.turn_step"
UNDO_GIVEN = "card_reservation.turn_given"
COUNTER = "card_reservation.counter"
SAID = {
    Step.CALL: gettext_lazy("%(number)s番を、窓口%(counter)sに呼び出しました。"),
    Step.SERVE: gettext_lazy("%(number)s番の手続きを始めました。"),
    Step.FINISH: gettext_lazy("%(number)s番の手続きを終えました。"),
    Step.MISS: gettext_lazy("%(number)s番は、呼び出しに来ませんでした。"),
    Step.BACK: gettext_lazy("%(number)s番を、待っている方に戻しました。"),
    Step.LEAVE: gettext_lazy("%(number)s番の方は、帰りました。"),
}


@requires(VIEW)
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Show the queue of today at one place, refreshed by itself."""
    now, eyes = clock.now(), eyes_of(request)
    known = places.places_seen_by(eyes=eyes)
    place_id = _place_of(request)
    if place_id is None:
        return render(request, "card_reservation/staff/queue.html", {"places": known, "queue": None})
    today = clock.local(now).date()
    drawn = turns.queue(place_id=place_id, day=today, now=now)
    expected = _expected(request, place_id, now=now)
    print_of = _print_of(drawn, expected)
    is_background = "X-Background" in request.headers
    if is_background and request.GET.get("shown") == print_of:
        return HttpResponse(status=NO_CONTENT)
    record_rows(request, expected, now=now)
    may_run = request.user.has_permission(QUEUE)  # type: ignore[union-attr]
    context = {
        "queue": drawn,
        "expected": expected,
        "print_of": print_of,
        "places": known,
        "place_id": place_id,
        "today": today,
        "now": now,
        "counter": request.session.get(COUNTER, ""),
        "counters": turns.counters_of(place_id=place_id),
        "services": queries.services_for(audience="staff"),
        "wall": walls.address_of(place_id=place_id) if may_run else "",
        "may_run": may_run,
    }
    template = "queue_part" if is_background else "queue"
    response = render(request, f"card_reservation/staff/{template}.html", context)
    response["Cache-Control"] = "no-store"
    return response


@requires(QUEUE)
@require_POST
def check_in(request: HttpRequest) -> HttpResponse:
    """Give a number to whoever was booked, from a reader or from the list."""
    now, eyes = clock.now(), eyes_of(request)
    back = _back(request)
    form = ScanForm(request.POST)
    if not form.is_valid():
        return _refused(request, str(form.errors["code"][0]), back)
    found = bookings_behind(form.cleaned_data["code"], day=clock.local(now).date(), now=now, eyes=eyes)
    if len(found) != 1:
        text = str(NOT_FOUND)
        if found:
            text = _("この番号の予約が2件以上あります。予約番号で受付をしてください。")
        return _refused(request, text, back)
    try:
        turn, before = line.check_in(booking_id=found[0], actor=actor_of(request), now=now, eyes=eyes)
    except DomainError as refusal:
        return _refused(request, str(refusal), back)
    back = f"{reverse('reservations:queue')}?place={turn.place_id}"
    _given(request, turn.pk, turn.number, before, back, is_late=turn.is_late)
    return arriving.go_on(request, booking_id=found[0], back=back)


@requires(QUEUE)
@require_POST
def walk_in(request: HttpRequest) -> HttpResponse:
    """Give a number to somebody who came without a booking."""
    back, place_id = _back(request), _place_of(request)
    form = WalkInForm(request.POST)
    if not form.is_valid() or place_id is None:
        wrong = [error for errors in form.errors.values() for error in errors]
        return _refused(request, str(wrong[0]) if wrong else _("場所を選びなおしてください"), back)
    known = {service.id for service in queries.services_for(audience="staff")}
    wanted = form.cleaned_data["service"]
    turn = line.walk_in(
        place_id=place_id,
        service_id=wanted if wanted in known else None,
        party_size=form.cleaned_data["party_size"],
        actor=actor_of(request),
        now=clock.now(),
    )
    _given(request, turn.pk, turn.number, "", back, is_late=False)
    return redirect(back)


@requires(QUEUE)
@require_POST
def call_next(request: HttpRequest) -> HttpResponse:
    """Call whoever is next to the counter of whoever asks."""
    back, place_id = _back(request), _place_of(request)
    form = CounterForm(request.POST)
    if request.POST.get("counter", "").strip() and not form.is_valid():
        # Nobody is sent to the counter of before when another one was meant.
        return _refused(request, str(form.errors["counter"][0]), back)
    counter = _counter_of(request)
    if counter is None or place_id is None:
        return _refused(request, _("窓口の番号を入れてから呼び出してください"), back)
    try:
        turn, values = line.call_next(
            place_id=place_id, counter=counter, actor=actor_of(request), now=clock.now()
        )
    except DomainError as refusal:
        return _refused(request, str(refusal), back)
    _said(request, Step.CALL, turn.number, counter, {"turn": str(turn.pk), **values}, back)
    return redirect(back)


@requires(QUEUE)
@require_POST
def step(request: HttpRequest, turn_id: UUID) -> HttpResponse:
    """Make one step with one number; a toast takes it back."""
    back = _back(request)
    counter = _counter_of(request) or ""
    try:
        wanted = Step(request.POST.get("step", ""))
    except ValueError:
        return _refused(request, _("操作を選びなおしてください"), back)
    if wanted in (Step.CALL, Step.SERVE) and not counter:
        return _refused(request, _("窓口の番号を入れてから呼び出してください"), back)
    try:
        number, values = line.step(
            turn_id=turn_id,
            step=wanted,
            counter=counter,
            actor=actor_of(request),
            now=clock.now(),
            eyes=eyes_of(request),
        )
    except DomainError as refusal:
        return _refused(request, str(refusal), back)
    _said(request, wanted, number, counter, {"turn": str(turn_id), **values}, back)
    return redirect(back)


@requires(QUEUE)
@require_POST
def wall(request: HttpRequest) -> HttpResponse:
    """Open, renew or close the public page with the called numbers of a place."""
    back, place_id = _back(request), _place_of(request)
    if place_id is None:
        return _refused(request, _("場所を選びなおしてください"), back)
    act = walls.close_wall if "close" in request.POST else walls.open_wall
    act(place_id=place_id, actor=actor_of(request), now=clock.now())
    return redirect(f"{back}#wall")


def take_step_back(*, values: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    """Give a number what it had before a step.

    Raises MovedOn.
    """
    line.step_back(turn_id=UUID(values["turn"]), values=values, actor=actor, now=now)


def take_number_back(*, values: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    """Take a number back that was just given.

    Raises MovedOn.
    """
    line.leave_queue(turn_id=UUID(values["turn"]), before=values["before"], actor=actor, now=now)


UNDOABLES = (
    Undoable(name=UNDO_STEP, label=gettext_lazy("受付番号の操作"), permission=QUEUE, function=take_step_back),
    Undoable(
        name=UNDO_GIVEN, label=gettext_lazy("受付番号の発行"), permission=QUEUE, function=take_number_back
    ),
)


def _place_of(request: HttpRequest) -> UUID | None:
    """Read which place is meant; the first of a reader's places where none is."""
    known = [place.id for place in places.places_seen_by(eyes=eyes_of(request))]
    form = DayForm(request.POST if request.method == "POST" else request.GET)
    form.is_valid()
    wanted: UUID | None = form.cleaned_data.get("place")
    if wanted in known:
        return wanted
    return known[0] if known else None


def _back(request: HttpRequest) -> str:
    place_id = _place_of(request)
    return reverse("reservations:queue") + (f"?place={place_id}" if place_id else "")


def _counter_of(request: HttpRequest) -> str | None:
    """Read at which counter somebody works, and remember it for the next call."""
    form = CounterForm(request.POST)
    if form.is_valid():
        request.session[COUNTER] = form.cleaned_data["counter"]
        return str(form.cleaned_data["counter"])
    return request.session.get(COUNTER) or None


def _expected(request: HttpRequest, place_id: UUID, *, now: datetime) -> list[BoardRow]:
    """List who is booked for today and has no number yet."""
    today = clock.local(now).date()
    known = turns.checked_in(place_id=place_id, day=today)
    rows = queries.day_board(place_id=place_id, day=today, now=now, eyes=eyes_of(request))
    return [row for row in rows if row.status != "cancelled" and row.booking_id not in known]


def _print_of(drawn: turns.QueueView, expected: list[BoardRow]) -> str:
    rows = [*drawn.waiting, *drawn.at_counters, *drawn.over]
    told = [f"{row.id}{row.state}{row.counter}{row.minutes}" for row in rows]
    told += [f"{row.booking_id}{row.visit}" for row in expected]
    return hashlib.sha256("|".join(told).encode()).hexdigest()[:16]


def _given(
    request: HttpRequest, turn_id: UUID, number: int, before: str, back: str, *, is_late: bool
) -> None:
    text = _("受付番号は %(number)s です。") % {"number": number}
    if is_late:
        text += _("予約の時間を過ぎているため、いま来た方として並びます。")
    values: dict[str, JSON] = {"turn": str(turn_id), "before": before}
    undoing.offer(request, kind=UNDO_GIVEN, text=text, values=values, back_url=back)


def _said(
    request: HttpRequest, made: Step, number: int, counter: str, values: Mapping[str, JSON], back: str
) -> None:
    text = SAID[made] % {"number": number, "counter": counter}
    undoing.offer(request, kind=UNDO_STEP, text=text, values=values, back_url=back)


def _refused(request: HttpRequest, text: str, back: str) -> HttpResponse:
    messages.error(request, text)
    return redirect(back)
