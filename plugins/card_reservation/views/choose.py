"""The middle of the resident's way: the place and the time."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from madoguchi import clock
from madoguchi.errors import NotFound
from madoguchi.web.access import public
from madoguchi.web.languages import localized_path
from plugins.card_reservation import queries
from plugins.card_reservation.forms.resident import CautionsForm, PlaceForm, SlotForm
from plugins.card_reservation.queries import household
from plugins.card_reservation.queries.personal_data import kept
from plugins.card_reservation.queries.values import SlotView
from plugins.card_reservation.services import waiting_list
from plugins.card_reservation.views.calendar import day_of, draw_calendar
from plugins.card_reservation.views.finished import show_finished
from plugins.card_reservation.views.progress import Progress, keep_progress, read_progress
from plugins.card_reservation.views.screens import (
    SeeOther,
    named_places,
    place_context,
    see_other,
    show,
    show_restart,
)

NO_LONGER_FREE = _("選んだ時間は予約できなくなりました。別の時間を選んでください")


@public("only whoever used the link of the mail may choose")
@require_http_methods(["GET", "HEAD", "POST"])
def place(request: HttpRequest) -> HttpResponse:
    """Ask where the card will be picked up; places hidden by the city are not there to choose."""
    now = clock.now()
    progress = read_progress(request, now=now)
    if stop := stop_unless_choosing(request, progress):
        return stop
    known = named_places(progress.service)
    form = PlaceForm(
        request.POST if request.method == "POST" else None,
        choices=[(str(one.id), name) for one, name in known],
        is_pickup=progress.service == queries.PICKUP_ID,
        initial={"place": progress.place_id or (known[0][0].id if len(known) == 1 else None)},
    )
    if request.method == "POST" and form.is_valid():
        chosen = progress.with_place(form.cleaned_data["place"])
        return keep_progress(see_other("booking:time"), chosen, request=request, now=now)
    context = {
        "form": form,
        "places": known,
        "party": progress.party,
        "largest": queries.largest_party(now=now, service_id=progress.service),
    }
    return show(request, "place", context, step=3, status=422 if form.errors else 200)


@public("only whoever used the link of the mail may choose")
@require_http_methods(["GET", "HEAD", "POST"])
def time(request: HttpRequest) -> HttpResponse:
    """Ask for day and time in the calendar of the chosen place."""
    now = clock.now()
    progress = read_progress(request, now=now)
    if stop := stop_unless_choosing(request, progress):
        return stop
    if progress.place_id is None:
        return see_other("booking:place")
    form = SlotForm(request.POST if request.method == "POST" else None, auto_id="%ss")
    if request.method == "POST" and form.is_valid():
        found = find_slot(form.cleaned_data["slot"], party_size=len(progress.party), now=now)
        if found is not None and is_open_to(progress, found, now=now):
            return _accept_time(request, replace(progress, place_id=found.place_id), found, now=now)
        form.add_error("slot", str(NO_LONGER_FREE))
    return show_calendar(request, progress, form=form, now=now, status=422 if form.errors else 200)


@public("only whoever used the link of the mail may go on")
@require_http_methods(["GET", "HEAD", "POST"])
def cautions(request: HttpRequest) -> HttpResponse:
    """Lead to the page with the ticks: pages drawn before this release and open tabs still ask here."""
    return see_other("booking:check")


def stop_unless_choosing(request: HttpRequest, progress: Progress) -> HttpResponse | None:
    """Send away whoever has not used a link yet, or is done already."""
    if progress.done:
        return SeeOther(localized_path(progress.done, language=get_language() or "ja"))
    return None if progress.is_open else show_restart(request)


def cautions_form(request: HttpRequest, *, service_id: UUID = queries.PICKUP_ID) -> CautionsForm:
    """Prepare the ticks for the cautions of a service as they stand now."""
    current = queries.cautions(service_id=service_id)
    return CautionsForm(
        request.POST if request.method == "POST" else None,
        codes=[item.code for item in current.items],
        current=current.version,
    )


def show_calendar(
    request: HttpRequest, progress: Progress, *, form: SlotForm, now: datetime, status: int
) -> HttpResponse:
    """Show the calendar of the chosen place, with the day that was chosen before."""
    place_id = progress.place_id
    if place_id is None:
        return see_other("booking:place")
    before = find_slot(progress.slot_id, party_size=len(progress.party), now=now)
    asked = find_slot(_sent_slot(form), party_size=len(progress.party), now=now) if form.is_bound else None
    travels = household.travels(
        place_id=place_id, pickups=progress.pickups, now=now, service_id=progress.service
    )
    size, asking = len(progress.party), queries.Asking("resident", progress.service, travels)
    day, chosen = day_of(asked or before), before.id if before else None
    try:
        drawn = draw_calendar(
            place_id=place_id, party_size=size, query=request.GET, chosen=day, asking=asking, now=now
        )
    except NotFound:
        return see_other("booking:place")

    def render(**more: object) -> HttpResponse:
        context = {
            "form": form,
            "calendar": drawn,
            **place_context(place_id),
            "party_size": size,
            "chosen": chosen,
            "back": reverse("booking:place"),
            "submit_to": reverse("booking:time"),
            "travels": travels,
            "may_wait": kept().keeps_addresses and waiting_list.is_offered(),
            **more,
        }
        return show(request, "time", context, step=3, status=status)

    # What one visitor sent or chose before is nobody else's page.
    if form.is_bound or any(slot.id == chosen for slot in drawn.slots):
        return render()
    return show_finished(request, drawn, key=(place_id, size, asking), render=render)


def is_open_to(progress: Progress, found: SlotView, *, now: datetime) -> bool:
    """Tell whether this party may take this slot: of its service, with room, and with every card there."""
    if not found.is_bookable or found.service_id != progress.service:
        return False
    window = household.window_for(
        place_id=found.place_id, pickups=progress.pickups, now=now, service_id=progress.service
    )
    return window.has(clock.local(found.starts_at).date())


def find_slot(slot_id: UUID | None, *, party_size: int, now: datetime) -> SlotView | None:
    """Find a slot as a resident may see it, or nothing."""
    if slot_id is None:
        return None
    try:
        return queries.slot(slot_id=slot_id, party_size=party_size, audience="resident", now=now)
    except NotFound:
        return None


def _sent_slot(form: SlotForm) -> UUID | None:
    found = form.cleaned_data.get("slot") if hasattr(form, "cleaned_data") else None
    return found if isinstance(found, UUID) else None


def _accept_time(
    request: HttpRequest, progress: Progress, chosen: SlotView, *, now: datetime
) -> HttpResponse:
    next_page = see_other("booking:check")
    return keep_progress(next_page, progress.with_slot(chosen.id), request=request, now=now)
