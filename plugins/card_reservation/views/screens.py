"""How every page of the resident's way is put on the screen."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language

from madoguchi import clock
from madoguchi.announcements import queries as announcements
from madoguchi.announcements.values import Moment, Words
from madoguchi.places import queries as places
from madoguchi.places.queries import PlaceView
from plugins.card_reservation.queries import PICKUP_ID
from plugins.card_reservation.queries.personal_data import kept
from plugins.card_reservation.queries.services import (
    ServiceView,
    all_services,
    code_of,
    is_for_cards,
    services_for,
    usual_service,
)
from plugins.card_reservation.queries.values import BookingView
from plugins.card_reservation.queries.windows import places_offering
from plugins.card_reservation.services.refusals import AlreadyBooked
from plugins.card_reservation.views.progress import read_progress

STEPS = 4
NOTES_ON: Mapping[str, Moment] = {
    "identify": "before",
    "time": "before",
    "check": "before",
    "done": "after",
    "manage": "after",
}


class SeeOther(HttpResponseRedirect):
    """Answer a POST with the page to read next, so that a reload never sends it again."""

    status_code = 303


def see_other(name: str, *arguments: str, query: str = "") -> SeeOther:
    """Send the browser on to a named page of this plugin."""
    return SeeOther(reverse(name, args=arguments) + query)


def show(
    request: HttpRequest,
    page: str,
    context: Mapping[str, object],
    *,
    step: int = 0,
    status: int = 200,
) -> HttpResponse:
    """Render one page of the resident's way, never kept by a browser or proxy."""
    # Where no mail is sent, the second step is not there.
    without_mail = int(step > 0 and not kept().keeps_addresses)
    full = {
        "notes": _notes(request, page, context),
        "step": step - without_mail if step > 1 else step,
        "last_step": STEPS - without_mail,
        **service_words(_service_shown(request, context)),
        **context,
    }
    response = render(request, f"card_reservation/resident/{page}.html", full, status=status)
    response["Cache-Control"] = "no-store"
    return response


def _notes(request: HttpRequest, page: str, context: Mapping[str, object]) -> list[Words]:
    """List what the city tells those who book, on the pages where they stop to read."""
    moment = NOTES_ON.get(page)
    if moment is None:
        return []
    place = context.get("place")
    ids = frozenset((place.id,)) if isinstance(place, PlaceView) else frozenset()
    return announcements.for_bookers(
        moment=moment,
        place_ids=ids,
        language=get_language() or "ja",
        now=clock.now(),
        service=code_of(_service_of(request, context)),
    )


def _service_of(request: HttpRequest, context: Mapping[str, object]) -> UUID:
    """Name the service of a page: that of its booking, the one that was chosen, or the usual one."""
    booked = _booked_service(context)
    chosen = booked or read_progress(request, now=clock.now()).service_id
    return chosen or usual_service(audience="resident")


def _service_shown(request: HttpRequest, context: Mapping[str, object]) -> UUID:
    return _booked_service(context) or read_progress(request, now=clock.now()).service


def _booked_service(context: Mapping[str, object]) -> UUID | None:
    # A link of a mail is opened where nobody has chosen anything: its booking knows what it is for.
    booked = context.get("booking")
    return booked.service_id if isinstance(booked, BookingView) else None


def place_context(place_id: UUID) -> dict[str, object]:
    """Give a page the place and its name in the reader's language."""
    found = places.place(place_id)
    return {"place": found, "place_name": found.label(get_language() or "ja")}


def service_words(chosen: UUID) -> dict[str, object]:
    """Give a page the name of what was chosen; the pick-up alone needs no name."""
    if chosen == PICKUP_ID:
        return {"service_name": "", "is_pickup": True, "asks_notice": True}
    found = next((one for one in all_services() if one.id == chosen), None)
    return {
        "service_name": found.label(get_language() or "ja") if found else "",
        "is_pickup": False,
        "asks_notice": is_for_cards(chosen),
    }


def bookable_services() -> tuple[ServiceView, ...]:
    """List what residents may book here: without a notice an address is needed, or nobody is known."""
    takes_strangers = kept().keeps_addresses
    offered = services_for(audience="resident")
    return tuple(one for one in offered if one.asks_for_notice or takes_strangers)


def named_places(service_id: UUID = PICKUP_ID) -> list[tuple[PlaceView, str]]:
    """List the places that residents may choose for a service, named in the reader's language."""
    language = get_language() or "ja"
    found = places_offering(audience="resident", now=clock.now(), service_id=service_id)
    return [(one, one.label(language)) for one in found]


def show_booked_before(
    request: HttpRequest, *, step: int = 0, booked: Sequence[str] = (), **more: object
) -> HttpResponse:
    """Say that somebody has a booking already, whose it is where several come, and what to do instead."""
    refusal = AlreadyBooked()
    context = {"code": refusal.code, "has_errors": True, "message": str(refusal), "booked": booked, **more}
    return show(request, "refused", context, step=step, status=refusal.status)


def show_restart(request: HttpRequest, *, reason: str = "timeout") -> HttpResponse:
    """Explain kindly that this way has ended, and offer to begin again."""
    return show(request, "restart", {"reason": reason}, status=410)
