"""What staff do with one booking: look, note who called, move, cancel."""

from datetime import datetime
from functools import partial
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from madoguchi import clock
from madoguchi.accounts.desk import recent
from madoguchi.accounts.services import actor_of
from madoguchi.accounts.sight import eyes_of
from madoguchi.errors import DomainError
from madoguchi.hooks.contracts.pickups import NAME
from madoguchi.ledger.audit import services as audit
from madoguchi.places import queries as places
from madoguchi.residents.consents import agreements_of
from madoguchi.web.access import requires
from plugins.card_reservation import queries
from plugins.card_reservation.declarations.permissions import QUEUE
from plugins.card_reservation.forms.staff import CallerForm, CancelForm, MoveForm
from plugins.card_reservation.queries.personal_data import kept
from plugins.card_reservation.queries.values import BookingView
from plugins.card_reservation.services import bringing, callers, moving, presence, replies, strangers
from plugins.card_reservation.services.callers import CallerView
from plugins.card_reservation.services.telling import telling
from plugins.card_reservation.views.board_table import STATES
from plugins.card_reservation.views.day_board import BOOK, VIEW
from plugins.card_reservation.views.offered import (
    day_at_place,
    may_go_beyond_of,
    picked,
    places_for,
    refuse_other_times,
    say_refusal,
    show,
    uuid_or_none,
)
from plugins.card_reservation.views.screens import see_other

HAPPENED = {
    "booked": _("予約を登録しました"),
    "moved": _("予約を変更しました"),
    "cancelled": _("予約を取り消しました"),
    "noted": _("電話をかけた方を記録しました"),
    "linked": _("予約を交付通知書と結び付けました"),
    "merged": _("2件の予約を1件にまとめました"),
    "joined": _("一緒に来る方を追加しました"),
    "left": _("来る方を1人減らしました"),
}


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
        "cautions": queries.cautions(found.service_id),
        "unlinked": strangers.still_unlinked(booking_id=booking_id),
        "agreements": agreements_of(found.pickups),
        "kept": kept(),
        "may_note_caller": _may_note_caller(request, found),
        "caller": callers.callers_of(booking_ids=[booking_id], eyes=eyes_of(request)).get(booking_id),
        "concern": _concern(found, now=now),
        "happened": HAPPENED.get(request.GET.get("done", "")),
        "may_book": request.user.has_permission(BOOK),  # type: ignore[union-attr]
        "may_check_in": _may_check_in(request, found, now=now),
        "is_coming": bool(replies.who_comes(booking_ids=[booking_id])),
        "brings": bringing.labels(bringing.codes_of(booking_id=booking_id)),
    }
    return show(request, "detail", context)


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
    return show(request, "caller", {"form": form, "booking": found}, status=422 if form.errors else 200)


@requires(BOOK)
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest, booking_id: UUID) -> HttpResponse:
    """Move a booking; the old time is kept until the new one is held."""
    now = clock.now()
    found = queries.booking(booking_id=booking_id, now=now, eyes=eyes_of(request))
    form = _move_form(request, found)
    if form.is_bound and form.is_valid():
        try:
            _move(request, found, form, now)
        except DomainError as refusal:
            say_refusal(form, refusal, otherwise="slot")
        else:
            return see_other("reservations:detail", str(booking_id), query="?done=moved")
    where = picked(request)
    asked = where if "day" in where else _query_of(found)
    context = {
        "form": form,
        "booking": found,
        "offered": day_at_place(
            request, asked, party_size=found.party_size, now=now, service_id=found.service_id
        ),
        "chosen": uuid_or_none(request.POST.get("slot", "")),
        "place": places.place(found.place_id),
        "key": request.POST.get("key") or uuid4(),
        "places": places_for(request, found.service_id, now=now),
        "beyond": "1" if may_go_beyond_of(request) else "",
    }
    return show(request, "move", context, status=422 if form.errors else 200)


def _move_form(request: HttpRequest, found: BookingView) -> MoveForm:
    """Read what was sent; another day that is only looked at keeps what was typed."""
    is_looking = "look" in request.POST
    is_sent = request.method == "POST" and not is_looking
    form = MoveForm(
        request.POST if is_sent else None,
        initial=request.POST.dict() | {"tell": "tell" in request.POST} if is_looking else None,
        auto_id="%ss",
        has_contact=found.contact_id is not None,
        kept=kept(),
        may_go_beyond=may_go_beyond_of(request),
    )
    if is_sent:
        refuse_other_times(request, form)
    return form


def _move(request: HttpRequest, found: BookingView, form: MoveForm, now: datetime) -> None:
    slot_id, in_spite = form.cleaned_data["slot"], form.cleaned_data["in_spite"]
    queries.require_slot(slot_id=slot_id, eyes=eyes_of(request))
    actor = actor_of(request)
    moved = partial(
        moving.move,
        booking_id=found.booking_id,
        slot_id=slot_id,
        key=form.cleaned_data["key"],
        actor=actor,
        now=now,
        beyond=form.cleaned_data.get("beyond", ""),
    )
    with telling(is_told=form.is_told):
        presence.keep_to(moved, in_spite=in_spite, actor=actor, now=now)


@requires(BOOK)
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, booking_id: UUID) -> HttpResponse:
    """Cancel a booking after asking once more."""
    now = clock.now()
    found = queries.booking(booking_id=booking_id, now=now, eyes=eyes_of(request))
    form = CancelForm(
        request.POST if request.method == "POST" else None, has_contact=found.contact_id is not None
    )
    if request.method == "POST" and form.is_valid():
        try:
            with telling(is_told=form.is_told):
                moving.cancel(booking_id=booking_id, actor=actor_of(request), now=now)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            return see_other("reservations:detail", str(booking_id), query="?done=cancelled")
    context = {"form": form, "booking": found, "place": places.place(found.place_id)}
    return show(request, "cancel", context, status=422 if form.errors else 200)


def _concern(found: BookingView, *, now: datetime) -> presence.Concern | None:
    """Find out whether the card may not be there in time, while there is time to do something about it."""
    if found.status != "active":
        return None
    return presence.concern_of(slot_id=found.slot_id, pickups=found.pickups, now=now)


def _may_check_in(request: HttpRequest, found: BookingView, *, now: datetime) -> bool:
    is_today = clock.local(found.starts_at).date() == clock.local(now).date()
    may_run: bool = request.user.has_permission(QUEUE)  # type: ignore[union-attr]
    return may_run and is_today and found.status != "cancelled" and found.visit != "arrived"


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


def _query_of(found: BookingView) -> QueryDict:
    query = QueryDict(mutable=True)
    query["place"] = str(found.place_id)
    query["day"] = clock.local(found.starts_at).date().isoformat()
    return query
