"""What staff do for a resident on the telephone: book, look, move, cancel."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from madoguchi import clock
from madoguchi.accounts.desk import drafts, recent
from madoguchi.accounts.services import actor_of
from madoguchi.accounts.sight import eyes_of
from madoguchi.errors import DomainError
from madoguchi.hooks.contracts.pickups import NAME
from madoguchi.ledger.audit import services as audit
from madoguchi.places import queries as places
from madoguchi.residents.consents import agreements_of
from madoguchi.residents.services import contact_for
from madoguchi.web.access import requires
from plugins.card_reservation import queries
from plugins.card_reservation.forms.staff import CallerForm, CancelForm, DayForm, MoveForm, PhoneBookingForm
from plugins.card_reservation.queries.personal_data import kept
from plugins.card_reservation.queries.values import BookingView, SlotView
from plugins.card_reservation.services import booking, callers, moving
from plugins.card_reservation.services.callers import CallerView
from plugins.card_reservation.services.verification import verify_for_staff
from plugins.card_reservation.views.board_table import STATES
from plugins.card_reservation.views.day_board import BOOK, VIEW
from plugins.card_reservation.views.screens import see_other

HAPPENED = {
    "booked": _("予約を登録しました"),
    "moved": _("予約を変更しました"),
    "cancelled": _("予約を取り消しました"),
    "noted": _("電話をかけた方を記録しました"),
}


@dataclass(frozen=True)
class DayAtPlace:
    """The times of one day at one place, as staff see them."""

    place_id: UUID
    day: date
    slots: Sequence[SlotView]


@requires(BOOK)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Book for somebody on the telephone: four inputs, one page."""
    now = clock.now()
    is_scan = "scan" in request.POST
    typed = request.POST if is_scan else drafts.typed_query(request)
    form = PhoneBookingForm(request.POST, kept=kept()) if _is_sent(request) else _begun(request, typed)
    existing = None
    if _is_sent(request) and form.is_valid():
        try:
            receipt = _book(request, form.cleaned_data, now=now)
        except DomainError as refusal:
            existing = _existing(form.cleaned_data) if refusal.code == "already_booked" else None
            form.add_error(_field_of(refusal), str(refusal))
        else:
            drafts.drop(request)
            return see_other("reservations:detail", str(receipt.booking_id), query="?done=booked")
    offered = _day_at_place(request, request.GET, party_size=1, now=now)
    context = {
        "form": form,
        "offered": offered,
        "existing": existing,
        "chosen": _uuid_or_none(request.POST.get("slot", "") or typed.get("slot", "")),
        "key": _uuid_or_none(request.POST.get("key", "")) or uuid4(),
        "places": places.places_seen_by(eyes=eyes_of(request)),
        "cautions": queries.cautions(),
    }
    return _show(request, "new", context, status=422 if form.errors else 200)


@requires(VIEW)
@require_safe
def detail(request: HttpRequest, booking_id: UUID) -> HttpResponse:
    """Show one booking with the names of who comes."""
    now = clock.now()
    found = queries.booking(booking_id=booking_id, now=now, eyes=eyes_of(request))
    described = queries.describe(found.pickups, eyes=eyes_of(request))
    record_detail(request, booking_id, now=now)
    recent.note(request, label=_named(found))
    context = {
        "booking": found,
        "people": [described[pickup] for pickup in found.pickups if pickup in described],
        "place": places.place(found.place_id),
        "day": clock.local(found.starts_at).date(),
        "visit": STATES[found.visit] if found.visit else None,
        "may_mark": clock.local(found.starts_at).date() <= clock.local(now).date(),
        "may_be_absent": found.starts_at <= now,
        "cautions": queries.cautions(),
        "agreements": agreements_of(found.pickups),
        "kept": kept(),
        "may_note_caller": _may_note_caller(request, found),
        "caller": callers.callers_of(booking_ids=[booking_id], eyes=eyes_of(request)).get(booking_id),
        "happened": HAPPENED.get(request.GET.get("done", "")),
        "may_book": request.user.has_permission(BOOK),  # type: ignore[union-attr]
    }
    return _show(request, "detail", context)


@requires(BOOK)
@require_http_methods(["GET", "HEAD", "POST"])
def caller(request: HttpRequest, booking_id: UUID) -> HttpResponse:
    """Write down who called, for a call back; nowhere in a city that keeps no names."""
    now, eyes = clock.now(), eyes_of(request)
    found = queries.booking(booking_id=booking_id, now=now, eyes=eyes)
    if not kept().keeps_names or eyes.is_masked(NAME):
        raise queries.BookingNotFound(booking_id=booking_id)
    known = callers.callers_of(booking_ids=[booking_id], eyes=eyes).get(booking_id, CallerView())
    initial = {"name": known.name, "phone": known.phone}
    form = CallerForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        noted = CallerView(name=form.cleaned_data["name"], phone=form.cleaned_data["phone"])
        callers.note(booking_id=booking_id, caller=noted, actor=actor_of(request), now=now)
        return see_other("reservations:detail", str(booking_id), query="?done=noted")
    record_detail(request, booking_id, now=now)
    return _show(request, "caller", {"form": form, "booking": found}, status=422 if form.errors else 200)


@requires(BOOK)
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest, booking_id: UUID) -> HttpResponse:
    """Move a booking; the old time is kept until the new one is held."""
    now = clock.now()
    found = queries.booking(booking_id=booking_id, now=now, eyes=eyes_of(request))
    form = MoveForm(request.POST if request.method == "POST" else None, auto_id="%ss")
    if request.method == "POST" and form.is_valid():
        try:
            queries.require_slot(slot_id=form.cleaned_data["slot"], eyes=eyes_of(request))
            moving.move(
                booking_id=booking_id,
                slot_id=form.cleaned_data["slot"],
                key=form.cleaned_data["key"],
                actor=actor_of(request),
                now=now,
            )
        except DomainError as refusal:
            form.add_error("slot", str(refusal))
        else:
            return see_other("reservations:detail", str(booking_id), query="?done=moved")
    asked = request.GET if "day" in request.GET else _query_of(found)
    context = {
        "form": form,
        "booking": found,
        "offered": _day_at_place(request, asked, party_size=found.party_size, now=now),
        "place": places.place(found.place_id),
        "key": request.POST.get("key") or uuid4(),
        "places": places.places_seen_by(eyes=eyes_of(request)),
    }
    return _show(request, "move", context, status=422 if form.errors else 200)


@requires(BOOK)
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, booking_id: UUID) -> HttpResponse:
    """Cancel a booking after asking once more."""
    now = clock.now()
    found = queries.booking(booking_id=booking_id, now=now, eyes=eyes_of(request))
    form = CancelForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            moving.cancel(booking_id=booking_id, actor=actor_of(request), now=now)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            return see_other("reservations:detail", str(booking_id), query="?done=cancelled")
    context = {"form": form, "booking": found, "place": places.place(found.place_id)}
    return _show(request, "cancel", context, status=422 if form.errors else 200)


def _may_note_caller(request: HttpRequest, found: BookingView) -> bool:
    may_book: bool = request.user.has_permission(BOOK)  # type: ignore[union-attr]
    is_called = found.channel == "phone" and found.status == "active"
    return may_book and is_called and kept().keeps_names and not eyes_of(request).is_masked(NAME)


def record_detail(request: HttpRequest, booking_id: UUID, *, now: datetime) -> None:
    """Write down that somebody reads a booking with its names."""
    audit.record_read(
        actor=actor_of(request),
        object_type="card_reservation.booking",
        object_ids=[str(booking_id)],
        purpose="card_reservation.booking_detail",
        now=now,
    )


def _named(found: BookingView) -> str:
    return gettext("予約 %(number)s") % {"number": found.number}


def _is_sent(request: HttpRequest) -> bool:
    """Tell a finished form from one into which a reader has only typed a number."""
    return request.method == "POST" and "scan" not in request.POST


def _begun(request: HttpRequest, typed: QueryDict) -> PhoneBookingForm:
    """Show the form with what is there already: a number from a reader, or what was typed before."""
    initial: dict[str, object] = drafts.typed_before(request)
    initial |= {name: value for name in PhoneBookingForm.base_fields if (value := typed.get(name, ""))}
    form = PhoneBookingForm(initial=initial, kept=kept())
    if initial.get("reference"):
        form.fields["birthday"].widget.attrs["autofocus"] = True
    return form


def _existing(data: Mapping[str, object]) -> UUID | None:
    """Find the booking that a caller has already."""
    try:
        found = verify_for_staff(reference=str(data["reference"]), birthday_text=str(data["birthday"]))
    except DomainError:
        return None
    return queries.standing_booking_of(pickup=found.pickup)


def _book(request: HttpRequest, data: Mapping[str, object], *, now: datetime) -> booking.Receipt:
    queries.require_slot(slot_id=UUID(str(data["slot"])), eyes=eyes_of(request))
    found = verify_for_staff(reference=str(data["reference"]), birthday_text=str(data["birthday"]))
    email = str(data.get("email", ""))
    contact_id = contact_for(email=email, language="ja", now=now) if email else None
    return booking.book(
        request=booking.BookingRequest(
            slot_id=UUID(str(data["slot"])),
            party=(found,),
            contact_id=contact_id,
            key=UUID(str(data["key"])),
            channel="phone",
            cautions=queries.cautions().codes,
        ),
        actor=actor_of(request),
        now=now,
    )


def _field_of(refusal: DomainError) -> str:
    return "reference" if refusal.code in {"not_matched", "already_booked"} else "slot"


def _day_at_place(
    request: HttpRequest, query: QueryDict, *, party_size: int, now: datetime
) -> DayAtPlace | None:
    form = DayForm(query)
    form.is_valid()
    known = [place.id for place in places.places_seen_by(eyes=eyes_of(request))]
    if not known:
        return None
    wanted = form.cleaned_data.get("place")
    place_id = wanted if wanted in known else known[0]
    day = form.cleaned_data.get("day") or _first_free_day(place_id, party_size=party_size, now=now)
    slots = queries.slots(place_id=place_id, day=day, party_size=party_size, audience="staff", now=now)
    return DayAtPlace(place_id=place_id, day=day, slots=slots)


def _first_free_day(place_id: UUID, *, party_size: int, now: datetime) -> date:
    found = queries.nearest_free(
        place_id=place_id, after=now, party_size=party_size, limit=1, audience="staff", now=now
    )
    return clock.local(found[0].starts_at if found else now).date()


def _query_of(found: BookingView) -> QueryDict:
    query = QueryDict(mutable=True)
    query["place"] = str(found.place_id)
    query["day"] = clock.local(found.starts_at).date().isoformat()
    return query


def _uuid_or_none(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _show(
    request: HttpRequest, page: str, context: Mapping[str, object], *, status: int = 200
) -> HttpResponse:
    response = render(request, f"card_reservation/staff/{page}.html", dict(context), status=status)
    response["Cache-Control"] = "no-store"
    return response
