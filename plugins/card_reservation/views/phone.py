"""Book for somebody on the telephone: with a notice, or with a name and a number to call back."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse, QueryDict
from django.views.decorators.http import require_http_methods

from madoguchi import clock
from madoguchi.accounts.desk import drafts
from madoguchi.accounts.services import actor_of
from madoguchi.accounts.sight import eyes_of
from madoguchi.errors import DomainError
from madoguchi.residents.services import contact_for
from madoguchi.web.access import requires
from plugins.card_reservation import queries
from plugins.card_reservation.forms.staff import PhoneBookingForm
from plugins.card_reservation.queries.personal_data import kept
from plugins.card_reservation.queries.services import ServiceView, service, usual_service
from plugins.card_reservation.services import booking, presence, strangers
from plugins.card_reservation.services.callers import CallerView
from plugins.card_reservation.services.verification import VerifiedPickup, verify_for_staff
from plugins.card_reservation.views.called_for import card_of
from plugins.card_reservation.views.day_board import BOOK
from plugins.card_reservation.views.offered import (
    FreeTime,
    day_at_place,
    may_go_beyond_of,
    next_free,
    picked,
    places_for,
    refuse_other_times,
    say_refusal,
    show,
    uuid_or_none,
)
from plugins.card_reservation.views.screens import see_other

LAST = "card_reservation.last_call"
WITHOUT = "without"
LOOKING = frozenset({"scan", "look", "take"})
"""The buttons that show the page again with what was typed: a number read, another day, a free time."""
REASONS = ("in_spite", "beyond")
OF_EITHER_WAY = ("reference", "birthday", "name", "phone", "party_size")


@requires(BOOK)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Book for somebody on the telephone: a few inputs, one page."""
    now = clock.now()
    where = picked(request)
    wanted = _service_of(where)
    has_notice = wanted.asks_for_notice and request.GET.get("way") != WITHOUT
    form, typed = _form(request, has_notice=has_notice)
    existing = None
    if _is_sent(request) and _is_ready(request, form):
        try:
            receipt = _book(request, form.cleaned_data, wanted, has_notice=has_notice, now=now)
        except DomainError as refusal:
            existing = _existing(form.cleaned_data) if refusal.code == "already_booked" else None
            is_about_person = refusal.code in {"not_matched", "already_booked"} and has_notice
            say_refusal(form, refusal, otherwise="reference" if is_about_person else "slot")
        else:
            drafts.drop(request)
            request.session[LAST] = str(receipt.booking_id)
            return see_other("reservations:detail", str(receipt.booking_id), query="?done=booked")
    # A notice is one card; without one the party says how much room is needed.
    size = 1 if has_notice else _size_of(request)
    context = {
        "form": form,
        "offered": day_at_place(request, where, party_size=size, now=now, service_id=wanted.id),
        "existing": existing,
        "aside": _aside(form, request.POST or typed),
        "chosen": _chosen(request, typed),
        "key": uuid_or_none(request.POST.get("key", "")) or uuid4(),
        "places": places_for(request, wanted.id, now=now),
        "cautions": queries.cautions(wanted.id),
        "service": wanted,
        "services": queries.services_for(audience="staff"),
        "has_notice": has_notice,
        "kept": kept(),
        "beyond": "1" if may_go_beyond_of(request) else "",
        "next_free": next_free(request, party_size=size, now=now, service_id=wanted.id),
        "last": _last_call(request, now=now),
        "way_query": f"&service={wanted.id}" + ("" if has_notice else f"&way={WITHOUT}"),
    }
    return show(request, "new", context, status=422 if form.errors else 200)


def _service_of(where: QueryDict) -> ServiceView:
    """Read which service is booked; the usual one where none is chosen."""
    wanted = uuid_or_none(where.get("service", ""))
    offered = {each.id: each for each in queries.services_for(audience="staff")}
    chosen = offered.get(wanted) if wanted else None
    return chosen or service(usual_service(audience="staff"))


def _is_sent(request: HttpRequest) -> bool:
    """Tell a finished form from one that only looks on: a number read, another day."""
    return request.method == "POST" and not LOOKING & request.POST.keys()


def _is_ready(request: HttpRequest, form: PhoneBookingForm) -> bool:
    """Tell whether a sent form may be booked: whole, and for a time of the place and day that it names."""
    refuse_other_times(request, form)
    return form.is_valid()


def _aside(form: PhoneBookingForm, typed: QueryDict) -> dict[str, str]:
    """Give what was typed on the page's other way, so that a wrong press of the switch costs nothing."""
    others = (name for name in OF_EITHER_WAY if name not in form.fields)
    return {name: text for name in others if (text := typed.get(name, ""))}


def _form(request: HttpRequest, *, has_notice: bool) -> tuple[PhoneBookingForm, QueryDict]:
    """Read what was sent, or show what is there already: a number from a reader, or what was typed before."""
    may_go_beyond = may_go_beyond_of(request)
    typed = request.POST if LOOKING & request.POST.keys() else drafts.typed_query(request)
    if _is_sent(request):
        sent = PhoneBookingForm(request.POST, kept=kept(), has_notice=has_notice, may_go_beyond=may_go_beyond)
        return sent, typed
    initial: dict[str, object] = drafts.typed_before(request)
    names = (*PhoneBookingForm.base_fields, *REASONS)
    initial |= {name: value for name in names if (value := typed.get(name, ""))}
    form = PhoneBookingForm(initial=initial, kept=kept(), has_notice=has_notice, may_go_beyond=may_go_beyond)
    if has_notice and initial.get("reference") and not initial.get("birthday"):
        form.fields["birthday"].widget.attrs["autofocus"] = True
    return form, typed


def _existing(data: Mapping[str, object]) -> UUID | None:
    """Find the booking that a caller has already."""
    try:
        found = verify_for_staff(reference=str(data["reference"]), birthday_text=str(data["birthday"]))
    except (DomainError, KeyError):
        return None
    return queries.standing_booking_of(pickup=found.pickup)


def _book(
    request: HttpRequest,
    data: Mapping[str, object],
    wanted: ServiceView,
    *,
    has_notice: bool,
    now: datetime,
) -> booking.Receipt:
    queries.require_slot(slot_id=UUID(str(data["slot"])), eyes=eyes_of(request))
    key, email = UUID(str(data["key"])), str(data.get("email", ""))
    party: tuple[VerifiedPickup, ...]
    if has_notice:
        reference, birthday = str(data["reference"]), str(data["birthday"])
        party = (card_of(request, reference=reference, birthday=birthday, now=now),)
    else:
        party = strangers.party_without_notice(key=key, size=int(str(data["party_size"])))
    asked = booking.BookingRequest(
        slot_id=UUID(str(data["slot"])),
        party=party,
        contact_id=contact_for(email=email, language="ja", now=now) if email else None,
        key=key,
        channel="phone",
        cautions=queries.cautions(wanted.id).codes,
        service_id=wanted.id,
        beyond=str(data.get("beyond", "")),
    )
    actor = actor_of(request)
    if not has_notice:
        caller = CallerView(name=str(data.get("name", "")), phone=str(data.get("phone", "")))
        is_linked = wanted.asks_for_notice
        return strangers.book(request=asked, caller=caller, may_be_linked=is_linked, actor=actor, now=now)
    return presence.keep_to(
        partial(booking.book, request=asked, actor=actor, now=now),
        in_spite=str(data.get("in_spite", "")),
        actor=actor,
        now=now,
    )


def _chosen(request: HttpRequest, typed: QueryDict) -> UUID | None:
    """Read which time is chosen: sent, typed before, or taken from a list of free ones."""
    taken = request.GET.get("slot", "") if "take" in request.POST else ""
    given = taken or request.POST.get("slot", "") or typed.get("slot", "") or request.GET.get("slot", "")
    return uuid_or_none(given)


def _size_of(request: HttpRequest) -> int:
    size = request.POST.get("party_size", "1")
    return int(size) if size in {"1", "2", "3", "4", "5"} else 1


def _last_call(request: HttpRequest, *, now: datetime) -> FreeTime | None:
    """Find the time of the booking made last in this session, which the next caller may want, too."""
    key = uuid_or_none(str(request.session.get(LAST, "")))
    if key is None:
        return None
    try:
        found = queries.booking(booking_id=key, now=now, eyes=eyes_of(request))
        slot = queries.slot(slot_id=found.slot_id, party_size=1, audience="staff", now=now)
    except DomainError:
        return None
    return FreeTime(slot) if found.status == "active" else None
