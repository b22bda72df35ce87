"""Place, day and time on one page, for whoever has just been found: only a choice uses the link up."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from madoguchi.errors import NotFound
from plugins.card_reservation import queries
from plugins.card_reservation.forms.resident import SlotForm
from plugins.card_reservation.queries import household
from plugins.card_reservation.queries.personal_data import kept
from plugins.card_reservation.queries.values import SlotView
from plugins.card_reservation.services import waiting_list
from plugins.card_reservation.services.verification import VerifiedPickup
from plugins.card_reservation.views.calendar import Calendar, day_of, draw_calendar
from plugins.card_reservation.views.choose import NO_LONGER_FREE, find_slot, is_open_to
from plugins.card_reservation.views.finished import show_finished
from plugins.card_reservation.views.progress import Progress
from plugins.card_reservation.views.screens import (
    named_places,
    place_context,
    service_words,
    show,
)

# What else somebody may want before a time is chosen, by the name of its page.
DETOURS = ("family", "household", "wait")


@dataclass(frozen=True, kw_only=True)
class Newcomer:
    """Somebody who may choose now, known by the link of a mail or by the page before."""

    party: tuple[VerifiedPickup, ...]
    service_id: UUID
    token: str = ""
    """The secret in the address; empty where no mail was sent."""

    @property
    def asking(self) -> Progress:
        """Ask as this party would, before anything is kept in the browser."""
        return Progress(party=self.party, service_id=self.service_id)


def place_asked(request: HttpRequest, who: Newcomer) -> UUID | None:
    """Name the place that the address asks for, or the only one there is."""
    known = [str(one.id) for one, _name in named_places(who.service_id)]
    wanted = request.GET.get("place", "")
    if wanted in known:
        return UUID(wanted)
    return UUID(known[0]) if len(known) == 1 else None


def detour(request: HttpRequest) -> str:
    """Name the page that was asked for instead of a time; empty for a time."""
    return next((name for name in DETOURS if name in request.POST), "")


def has_chosen(request: HttpRequest) -> bool:
    """Tell whether the page's own button was pressed, with a time or without one."""
    return "slot" in request.POST or "choice" in request.POST


def read_slot(request: HttpRequest, who: Newcomer, *, now: datetime) -> SlotView | HttpResponse:
    """Read the time that was chosen, or show the page again with what is wrong."""
    form = _form(request)
    found = None
    if form.is_valid():
        found = find_slot(form.cleaned_data["slot"], party_size=len(who.party), now=now)
        if found is not None and is_open_to(replace(who.asking, place_id=found.place_id), found, now=now):
            return found
        form.add_error("slot", str(NO_LONGER_FREE))
    return show_choice(request, who, now=now, form=form, tried=found)


def show_choice(
    request: HttpRequest,
    who: Newcomer,
    *,
    now: datetime,
    form: SlotForm | None = None,
    tried: SlotView | None = None,
) -> HttpResponse:
    """Show the places, and the calendar of the one that was chosen."""
    place_id = tried.place_id if tried is not None else place_asked(request, who)
    asking = _asking(who, place_id, now=now)
    drawn = _draw(request, who, place_id, tried, asking, now)
    if place_id is None or drawn is None:
        return _render(request, who, {"form": form or _form(request), "calendar": None}, now=now)

    def render(**more: object) -> HttpResponse:
        context = {
            "form": form or _form(request),
            "calendar": drawn,
            **place_context(place_id),
            "travels": asking.travels,
            "may_wait_later": kept().keeps_addresses and bool(who.token) and waiting_list.is_offered(),
            **more,
        }
        return _render(request, who, context, now=now)

    if form is not None:
        return render()
    key = ("first", place_id, len(who.party), asking)
    return show_finished(request, drawn, key=key, render=render, secret=who.token)


def _asking(who: Newcomer, place_id: UUID | None, *, now: datetime) -> queries.Asking:
    travels = place_id is not None and household.travels(
        place_id=place_id, pickups=who.asking.pickups, now=now, service_id=who.service_id
    )
    return queries.Asking("resident", who.service_id, travels)


def _draw(
    request: HttpRequest,
    who: Newcomer,
    place_id: UUID | None,
    tried: SlotView | None,
    asking: queries.Asking,
    now: datetime,
) -> Calendar | None:
    """Draw the calendar of a place; nothing where none is chosen, or one that takes no bookings."""
    if place_id is None:
        return None
    try:
        return draw_calendar(
            place_id=place_id,
            party_size=len(who.party),
            query=request.GET,
            chosen=day_of(tried),
            asking=asking,
            now=now,
        )
    except NotFound:
        return None


def _render(
    request: HttpRequest, who: Newcomer, context: dict[str, object], *, now: datetime
) -> HttpResponse:
    places = named_places(who.service_id)
    full = {
        # Only where there is a choice; one place is simply where everybody goes.
        "places": places if len(places) > 1 else [],
        "party_size": len(who.party),
        "largest": queries.largest_party(now=now, service_id=who.service_id),
        "is_mailed": bool(who.token),
        **service_words(who.service_id),
        **context,
    }
    form = context["form"]
    has_errors = isinstance(form, SlotForm) and bool(form.errors)
    return show(request, "first_choice", full, step=3, status=422 if has_errors else 200)


def _form(request: HttpRequest) -> SlotForm:
    return SlotForm(request.POST if has_chosen(request) else None, auto_id="%ss")
