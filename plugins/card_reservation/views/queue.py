"""The queue of the day: check in by a number or from the list, call to a counter, serve, take back."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
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
from plugins.card_reservation.declarations.permissions import QUEUE, VIEW
from plugins.card_reservation.forms.queue import NOT_FOUND, CounterForm, ScanForm, WalkInForm
from plugins.card_reservation.forms.staff import DayForm
from plugins.card_reservation.rules.queue import Step
from plugins.card_reservation.services import queue as line
from plugins.card_reservation.services import walls
from plugins.card_reservation.services.scanning import bookings_behind
from plugins.card_reservation.views import arriving
from plugins.card_reservation.views.queue_page import COUNTER, Wrong, choices_of_services, draw

UNDO_STEP = "card_reservation.turn_step"
UNDO_GIVEN = "card_reservation.turn_given"
SEVERAL = gettext_lazy("この番号の予約が2件以上あります。予約番号で受付をしてください。")
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
    return draw(request, place_id=_place_of(request), now=clock.now())


@requires(QUEUE)
@require_POST
def check_in(request: HttpRequest) -> HttpResponse:
    """Give a number to whoever was booked, from a reader or from the list."""
    now, eyes = clock.now(), eyes_of(request)
    form = ScanForm(request.POST)
    if not form.is_valid():
        return _asked_anew(request, form)
    found = bookings_behind(form.cleaned_data["code"], day=clock.local(now).date(), now=now, eyes=eyes)
    if len(found) != 1:
        return _asked_anew(request, form, "code", SEVERAL if found else NOT_FOUND)
    try:
        turn, before = line.check_in(booking_id=found[0], actor=actor_of(request), now=now, eyes=eyes)
    except DomainError as refusal:
        return _asked_anew(request, form, "code", refusal)
    back = f"{reverse('reservations:queue')}?place={turn.place_id}"
    if before is None:
        text = _("すでに受付しています。受付番号は %(number)s です。")
        messages.info(request, text % {"number": turn.number})
    else:
        _given(request, turn.pk, turn.number, before, back, is_late=turn.is_late)
    return arriving.go_on(request, booking_id=found[0], back=back)


@requires(QUEUE)
@require_POST
def walk_in(request: HttpRequest) -> HttpResponse:
    """Give a number to somebody who came without a booking."""
    back, place_id = _back(request), _place_of(request)
    form = WalkInForm(request.POST, services=choices_of_services())
    if not form.is_valid() or place_id is None:
        return _asked_anew(request, form)
    turn = line.walk_in(
        place_id=place_id,
        service_id=form.cleaned_data.get("service"),
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
    # Nobody is sent to the counter of before when another one was meant.
    typed = request.POST.get("counter", "").strip() or request.session.get(COUNTER, "")
    form = CounterForm({"counter": typed})
    if not form.is_valid() or place_id is None:
        return _asked_anew(request, form)
    counter = request.session[COUNTER] = form.cleaned_data["counter"]
    try:
        turn, values = line.call_next(
            place_id=place_id, counter=counter, actor=actor_of(request), now=clock.now()
        )
    except DomainError as refusal:
        return _asked_anew(request, form, "counter", refusal)
    _said(request, Step.CALL, turn.number, counter, {"turn": str(turn.pk), **values}, back)
    return redirect(back)


@requires(QUEUE)
@require_POST
def step(request: HttpRequest, turn_id: UUID) -> HttpResponse:
    """Make one step with one number; a toast takes it back."""
    line.ensure_turn(turn_id=turn_id, eyes=eyes_of(request))
    back = _back(request)
    counter = request.session.get(COUNTER, "")
    try:
        wanted = Step(request.POST.get("step", ""))
    except ValueError:
        return _asked_anew(request, Wrong(turn=turn_id, text=_("操作を選びなおしてください")))
    if wanted in (Step.CALL, Step.SERVE) and not counter:
        return _asked_anew(request, CounterForm({}))
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
        return _asked_anew(request, Wrong(turn=turn_id, text=str(refusal)))
    _said(request, wanted, number, counter, {"turn": str(turn_id), **values}, back)
    return redirect(back)


@requires(QUEUE)
@require_POST
def wall(request: HttpRequest) -> HttpResponse:
    """Open, renew or close the public page with the called numbers of a place."""
    back, place_id = _back(request), _place_of(request)
    if place_id is None:
        return draw(request, place_id=None, now=clock.now(), wrong=Wrong())
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


def _asked_anew(
    request: HttpRequest, sent: forms.Form | Wrong, field: str = "", refusal: object = ""
) -> HttpResponse:
    """Show the page again with what was sent; a refusal stands beside its field."""
    if not isinstance(sent, Wrong):
        if field:
            sent.add_error(field, str(refusal))
        sent.is_valid()
        sent = Wrong(form=sent)
    return draw(request, place_id=_place_of(request), now=clock.now(), wrong=sent)
