"""Who comes together, changed after booking: a relative joins, stays at home, or gives up a visit for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from madoguchi.errors import DomainError
from madoguchi.hooks.contracts.eyes import EVERYTHING
from madoguchi.web import signing
from madoguchi.web.access import public
from plugins.card_reservation import queries
from plugins.card_reservation.forms.resident import IdentifyForm, SlotForm, plain
from plugins.card_reservation.queries.values import BookingView
from plugins.card_reservation.services import joining, parties
from plugins.card_reservation.services.joining import Way
from plugins.card_reservation.services.refusals import SlotRefused
from plugins.card_reservation.services.verification import VerifiedPickup
from plugins.card_reservation.views.identify import look_for
from plugins.card_reservation.views.owner import for_the_owner, manage_url, owner_of, too_late
from plugins.card_reservation.views.screens import place_context, see_other, show, show_restart

PURPOSE = "booking-relative"
LASTS = timedelta(minutes=30)
SHOWN = 3
"""So many characters of a number are enough to know it again, and too few to use it."""
ALREADY_HERE = _("この方は、もうこの予約に入っています。")
NUMBER_WRONG = _("予約番号が違います。ご家族の予約番号を確認してください")


@dataclass(frozen=True)
class Member:
    """Somebody of a party as its owner sees them."""

    pickup: UUID
    hint: str


@dataclass(frozen=True)
class Wanted:
    """Somebody who was identified, and the booking that they would join."""

    token: str
    booking: BookingView
    person: VerifiedPickup


@public("whoever holds the secret link of the mail may add a relative")
@require_http_methods(["GET", "HEAD", "POST"])
@for_the_owner
def family(request: HttpRequest, token: str, booking: BookingView, now: datetime) -> HttpResponse:
    """Show who comes, and add one more person, identified like the first."""
    if stop := _stop(request, token, booking):
        return stop
    form, asked = IdentifyForm(request.POST if request.method == "POST" else None), None
    largest = queries.largest_party(now=now, service_id=booking.service_id)
    if booking.party_size < largest:
        found = look_for(request, form, now=now)
        if isinstance(found, HttpResponse):
            return found
        if not isinstance(found, VerifiedPickup):
            asked = found
        elif found.pickup in booking.pickups:
            form.add_error("reference", str(ALREADY_HERE))
        else:
            return _join(request, Wanted(token, booking, found), now=now)
    context = {
        "form": form,
        "asked": asked,
        "booking": booking,
        "party": members(booking),
        "largest": largest,
        "is_full": booking.party_size >= largest,
        "token": token,
        "back": manage_url(token),
    }
    return show(request, "party", context, status=422 if form.errors else 200)


@public("whoever holds the secret link of the mail may add a relative")
@require_POST
@for_the_owner
def join(request: HttpRequest, token: str, booking: BookingView, now: datetime) -> HttpResponse:
    """Go on with somebody who was identified: at another time, or instead of a visit of their own."""
    if stop := _stop(request, token, booking):
        return stop
    person = _read(request.POST.get("person", ""), booking, now=now)
    if person is None:
        return show_restart(request)
    if "merge" in request.POST:
        return _merge(request, Wanted(token, booking, person), now=now)
    form = SlotForm(request.POST)
    if not form.is_valid():
        return see_other("booking:party", token)
    return _join(request, Wanted(token, booking, person), now=now, slot_id=form.cleaned_data["slot"])


@public("whoever holds the secret link of the mail may let a relative stay at home")
@require_http_methods(["GET", "HEAD", "POST"])
@for_the_owner
def leave(request: HttpRequest, token: str, booking: BookingView, now: datetime) -> HttpResponse:
    """Ask once more, then take one person out of the booking."""
    if stop := _stop(request, token, booking):
        return stop
    wanted = request.POST.get("person", request.GET.get("person", ""))
    member = next((one for one in members(booking) if str(one.pickup) == wanted), None)
    if member is None or booking.party_size == 1:
        return see_other("booking:party", token)
    if request.method != "POST":
        context = {"booking": booking, "member": member, "back": reverse("booking:party", args=[token])}
        return show(request, "party_leave", {**context, **place_context(booking.place_id)})
    try:
        parties.remove(booking_id=booking.booking_id, pickup=member.pickup, actor=owner_of(booking), now=now)
    except DomainError as refusal:
        return _refused(request, token, refusal)
    return see_other("booking:manage", token, query="?done=party")


def members(booking: BookingView) -> list[Member]:
    """List who comes, each with the end of the notice's number where somebody knows it."""
    known: Mapping[UUID, object] = queries.describe(booking.pickups, eyes=EVERYTHING)
    return [Member(pickup=each, hint=_hint(known.get(each))) for each in booking.pickups]


def _hint(described: object) -> str:
    reference = str(getattr(described, "reference", ""))
    return f"…{reference[-SHOWN:]}" if len(reference) > SHOWN else ""


def _stop(request: HttpRequest, token: str, booking: BookingView) -> HttpResponse | None:
    if booking.status != "active" or not queries.is_for_cards(booking.service_id):
        return see_other("booking:manage", token)
    return None if booking.is_changeable else too_late(request, token, booking)


def _join(
    request: HttpRequest, wanted: Wanted, *, now: datetime, slot_id: UUID | None = None
) -> HttpResponse:
    key, person = wanted.booking.booking_id, wanted.person
    way = joining.way_to_agree(booking_id=key, pickup=person.pickup)
    if way is not None:
        return _offer_merge(request, wanted, way, now=now)
    try:
        parties.add(booking_id=key, person=person, actor=owner_of(wanted.booking), now=now, slot_id=slot_id)
    except SlotRefused as refusal:
        return _offer_times(request, wanted, refusal, now=now)
    except DomainError as refusal:
        return _refused(request, wanted.token, refusal)
    return see_other("booking:manage", wanted.token, query="?done=party")


def _offer_times(
    request: HttpRequest, wanted: Wanted, refusal: SlotRefused, *, now: datetime
) -> HttpResponse:
    context = {
        "booking": wanted.booking,
        "nearest": refusal.nearest,
        "person": _sign(wanted, now=now),
        "submit_to": reverse("booking:party_join", args=[wanted.token]),
        "back": reverse("booking:party", args=[wanted.token]),
    }
    return show(request, "party_times", context, status=409)


def _offer_merge(
    request: HttpRequest, wanted: Wanted, way: Way, *, now: datetime, error: str = ""
) -> HttpResponse:
    context = {
        "booking": wanted.booking,
        **place_context(wanted.booking.place_id),
        "way": way.value,
        "person": _sign(wanted, now=now),
        "error": error,
        "has_errors": bool(error),
        "token": wanted.token,
        "back": reverse("booking:party", args=[wanted.token]),
    }
    return show(request, "party_merge", context, status=422 if error else 200)


def _merge(request: HttpRequest, wanted: Wanted, *, now: datetime) -> HttpResponse:
    key, pickup, actor = wanted.booking.booking_id, wanted.person.pickup, owner_of(wanted.booking)
    way = joining.way_to_agree(booking_id=key, pickup=pickup)
    if way is None:
        return _join(request, wanted, now=now)
    if way is Way.BY_MAIL:
        joining.ask_by_mail(booking_id=key, pickup=pickup, actor=actor, now=now)
        return see_other("booking:manage", wanted.token, query="?done=asked")
    number = "".join(filter(str.isdigit, plain(request.POST.get("number", ""))))
    if way is Way.BY_NUMBER and not joining.has_number(person=wanted.person, number=number, now=now):
        return _offer_merge(request, wanted, way, now=now, error=str(NUMBER_WRONG))
    try:
        parties.merge(booking_id=key, pickup=pickup, actor=actor, now=now)
    except SlotRefused:
        return _refused(request, wanted.token, _NoRoom())
    except DomainError as refusal:
        return _refused(request, wanted.token, refusal)
    return see_other("booking:manage", wanted.token, query="?done=party")


class _NoRoom(DomainError):
    code = "no_room_to_merge"
    message = _(
        "この時間には、もう1人分の空きがありません。先に、空きのある日時に変更してから、まとめてください。"
    )


def _refused(request: HttpRequest, token: str, refusal: DomainError) -> HttpResponse:
    context = {
        "has_errors": True,
        "message": str(refusal),
        "back": manage_url(token),
        "move_url": reverse("booking:move", args=[token]),
    }
    return show(request, "party_refused", context, status=refusal.status)


def _sign(wanted: Wanted, *, now: datetime) -> str:
    value = {
        "booking": str(wanted.booking.booking_id),
        "pickup": str(wanted.person.pickup),
        "number": wanted.person.reference,
    }
    return signing.sign(value, purpose=PURPOSE, now=now)


def _read(signed: str, booking: BookingView, *, now: datetime) -> VerifiedPickup | None:
    try:
        value = signing.read(signed, purpose=PURPOSE, max_age=LASTS, now=now)
    except signing.BadToken:
        return None
    if not isinstance(value, Mapping) or value.get("booking") != str(booking.booking_id):
        return None
    return VerifiedPickup(pickup=UUID(str(value["pickup"])), reference=str(value["number"]))
