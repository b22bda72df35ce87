"""The resident's own booking by the link of the mail: see it, move it, cancel it."""

from datetime import datetime
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi.documents.viewing import inline_pdf
from madoguchi.errors import DomainError
from madoguchi.hooks.contracts.eyes import EVERYTHING
from madoguchi.places import queries as places
from madoguchi.web.access import public
from plugins.card_reservation.forms.resident import PLAIN_TICK, Confirmation, SlotForm, read_confirmation
from plugins.card_reservation.queries import household
from plugins.card_reservation.queries.values import Asking, BookingView, SlotView
from plugins.card_reservation.services import bringing, moving, slips, waiting_list
from plugins.card_reservation.services.waiting_letters import moment_of
from plugins.card_reservation.views import consent
from plugins.card_reservation.views.calendar import day_of, draw_calendar
from plugins.card_reservation.views.choose import NO_LONGER_FREE, find_slot
from plugins.card_reservation.views.invitation import invitation_of
from plugins.card_reservation.views.owner import for_the_owner, manage_url, owner_of, too_late
from plugins.card_reservation.views.screens import named_places, place_context, see_other, show


@public("whoever holds the secret link of the mail may see the booking")
@require_safe
@for_the_owner
def manage(request: HttpRequest, token: str, booking: BookingView, now: datetime) -> HttpResponse:
    """Show the booking with what can be done about it."""
    documents = () if booking.status == "cancelled" else consent.to_agree(booking.pickups[0])
    context = {
        "booking": booking,
        **place_context(booking.place_id),
        "token": token,
        "until": moment_of(booking.change_until, get_language() or "ja") if booking.change_until else "",
        "happened": request.GET.get("done", ""),
        "documents": documents,
        "has_agreed": bool(documents) and consent.has_agreed(booking.pickups[0]),
        "versions": consent.versions_of(documents),
        "things": bringing.lines_for(booking_id=booking.booking_id),
        "may_wait": booking.contact_id is not None and waiting_list.is_offered(),
    }
    return show(request, "manage", context)


@public("whoever holds the secret link of the mail may print the slip")
@require_safe
@for_the_owner
def slip(request: HttpRequest, token: str, booking: BookingView, now: datetime) -> HttpResponse:
    """Open the slip that a visitor takes along, to print or to show on the telephone."""
    return inline_pdf(slips.slip(booking_id=booking.booking_id, now=now, eyes=EVERYTHING), name="slip")


@public("whoever holds the secret link of the mail may agree to a new version")
@require_POST
@for_the_owner
def agree(request: HttpRequest, token: str, booking: BookingView, now: datetime) -> HttpResponse:
    """Write down that the owner of a booking agreed to what is new."""
    person = booking.pickups[0]
    wanted = consent.to_agree(person)
    if request.POST.get("agreed", PLAIN_TICK) not in (PLAIN_TICK, consent.versions_of(wanted)):
        # A newer version came while this page was open: it is read first.
        return see_other("booking:manage", token)
    consent.write_down(person, wanted, by=booking.contact_id or person, now=now)
    return see_other("booking:manage", token, query="?done=agreed")


@public("whoever holds the secret link of the mail may move the booking")
@require_http_methods(["GET", "HEAD", "POST"])
@for_the_owner
def move(request: HttpRequest, token: str, booking: BookingView, now: datetime) -> HttpResponse:
    """Choose another time, look at both, and move; the old time is kept until the new one is held."""
    if booking.status == "cancelled":
        return see_other("booking:manage", token)
    if not booking.is_changeable:
        return too_late(request, token, booking)
    confirmed = read_confirmation(request.POST)
    if confirmed is not None:
        return _move_to(request, token, booking, confirmed, now=now)
    form = SlotForm(request.POST if request.method == "POST" else None, auto_id="%ss")
    if request.method == "POST" and form.is_valid():
        chosen = _free_slot(form, booking, now=now)
        if chosen is not None:
            return see_other("booking:move", token, query=f"?slot={chosen.id}")
        form.add_error("slot", str(NO_LONGER_FREE))
    if "slot" in request.GET and not form.is_bound:
        asked = SlotForm(request.GET)
        chosen = _free_slot(asked, booking, now=now) if asked.is_valid() else None
        if chosen is not None:
            return _show_move(request, token, booking, chosen)
    return _show_calendar(request, token, booking, form, now=now)


def _free_slot(form: SlotForm, booking: BookingView, *, now: datetime) -> SlotView | None:
    found = find_slot(form.cleaned_data["slot"], party_size=booking.party_size, now=now)
    is_fitting = found is not None and found.is_bookable and found.service_id == booking.service_id
    return found if is_fitting else None


@public("whoever holds the secret link of the mail may cancel the booking")
@require_http_methods(["GET", "HEAD", "POST"])
@for_the_owner
def cancel(request: HttpRequest, token: str, booking: BookingView, now: datetime) -> HttpResponse:
    """Ask once more, then cancel; a second click changes nothing."""
    if booking.status == "cancelled":
        return see_other("booking:manage", token, query="?done=cancelled")
    if not booking.is_changeable:
        return too_late(request, token, booking)
    if request.method == "POST":
        try:
            moving.cancel(booking_id=booking.booking_id, actor=owner_of(booking), now=now)
        except DomainError as refusal:
            return _show_refusal(request, token, refusal)
        return see_other("booking:manage", token, query="?done=cancelled")
    context = {"booking": booking, **place_context(booking.place_id), "back": manage_url(token)}
    return show(request, "cancel", context)


@public("whoever holds the secret link of the mail may have the visit as a file")
@require_safe
@for_the_owner
def calendar_file(request: HttpRequest, token: str, booking: BookingView, now: datetime) -> HttpResponse:
    """Hand out the visit as a file for a calendar."""
    return invitation_of(booking, now=now)


def _move_to(
    request: HttpRequest, token: str, booking: BookingView, confirmed: Confirmation, *, now: datetime
) -> HttpResponse:
    try:
        moving.move(
            booking_id=booking.booking_id,
            slot_id=confirmed.slot,
            key=confirmed.key,
            actor=owner_of(booking),
            now=now,
        )
    except DomainError as refusal:
        return _show_refusal(request, token, refusal)
    return see_other("booking:manage", token, query="?done=moved")


def _show_calendar(
    request: HttpRequest, token: str, booking: BookingView, form: SlotForm, *, now: datetime
) -> HttpResponse:
    place_id = _chosen_place(request) or booking.place_id
    sent = (
        find_slot(form.cleaned_data.get("slot"), party_size=booking.party_size, now=now)
        if form.errors
        else None
    )
    travels = household.travels(
        place_id=place_id, pickups=booking.pickups, now=now, service_id=booking.service_id
    )
    drawn = draw_calendar(
        place_id=place_id,
        party_size=booking.party_size,
        query=request.GET,
        chosen=day_of(sent),
        now=now,
        asking=Asking("resident", booking.service_id, travels),
    )
    context = {
        "form": form,
        "calendar": drawn,
        "booking": booking,
        **place_context(place_id),
        "booked_place": place_context(booking.place_id)["place_name"],
        "places": named_places(booking.service_id),
        "party_size": booking.party_size,
        "travels": travels,
        "back": manage_url(token),
        "submit_to": reverse("booking:move", args=[token]),
    }
    return show(request, "move", context, status=422 if form.errors else 200)


def _chosen_place(request: HttpRequest) -> UUID | None:
    wanted = request.GET.get("place", "")
    return next((one.id for one in places.public_places() if str(one.id) == wanted), None)


def _show_move(request: HttpRequest, token: str, booking: BookingView, chosen: SlotView) -> HttpResponse:
    context = {
        "booking": booking,
        "old_place": place_context(booking.place_id),
        "slot": chosen,
        **place_context(chosen.place_id),
        "key": uuid4(),
        "back": reverse("booking:move", args=[token]),
    }
    return show(request, "move_check", context)


def _show_refusal(request: HttpRequest, token: str, refusal: DomainError) -> HttpResponse:
    context = {
        "code": refusal.code,
        "has_errors": True,
        "message": str(refusal),
        "nearest": getattr(refusal, "nearest", ()),
        "is_move": True,
        "back": manage_url(token),
        "submit_to": reverse("booking:move", args=[token]),
    }
    return show(request, "refused", context, status=refusal.status)
