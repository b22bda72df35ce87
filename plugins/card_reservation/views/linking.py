"""Link somebody who booked without a notice to their card; let relatives come along or stay at home."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from madoguchi import clock
from madoguchi.accounts.services import actor_of
from madoguchi.accounts.sight import eyes_of
from madoguchi.errors import DomainError
from madoguchi.places import queries as places
from madoguchi.web.access import requires
from plugins.card_reservation import queries
from plugins.card_reservation.forms.staff import JoinForm, LinkForm
from plugins.card_reservation.queries.personal_data import kept
from plugins.card_reservation.services import linking, parties, presence
from plugins.card_reservation.services.linking import Keep, Link
from plugins.card_reservation.views.called_for import card_of
from plugins.card_reservation.views.day_board import BOOK
from plugins.card_reservation.views.desk import record_detail
from plugins.card_reservation.views.offered import say_refusal, show
from plugins.card_reservation.views.screens import see_other

KEEP: Mapping[str, Keep] = {"this": "this", "other": "other"}
ELSEWHERE = _(
    "この交付通知書には、担当外の場所で予約があります。その場所の担当者か、管理者に頼んでください。"
)


@requires(BOOK)
@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, booking_id: UUID, pickup: UUID) -> HttpResponse:
    """Put a card in the place of a key of our own; ask which booking stays where there are two."""
    now = clock.now()
    found = queries.booking(booking_id=booking_id, now=now, eyes=eyes_of(request))
    form = LinkForm(request.POST if request.method == "POST" else None)
    other = None
    if form.names_somebody:
        try:
            if done := _linked(request, booking_id, pickup, form, now=now):
                return done
        except linking.WouldDouble as doubled:
            other = _other(request, doubled.other, now=now)
            if other is None:
                form.add_error("reference", str(ELSEWHERE))
        except DomainError as refusal:
            form.add_error("reference", str(refusal))
    context = {
        "form": form,
        "booking": found,
        "place": places.place(found.place_id),
        "other": other,
        "other_place": places.place(other.place_id) if other else None,
    }
    return show(request, "link", context, status=422 if form.errors else 200)


@requires(BOOK)
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, booking_id: UUID) -> HttpResponse:
    """Let one more person come along, or one stay at home."""
    now = clock.now()
    found = queries.booking(booking_id=booking_id, now=now, eyes=eyes_of(request))
    is_leaving = "leave" in request.POST
    form = JoinForm(request.POST if request.method == "POST" and not is_leaving else None, kept=kept())
    wrong = []
    if is_leaving or form.is_valid():
        try:
            return _changed(request, found, form, now=now)
        except DomainError as refusal:
            wrong = [str(refusal)]
            if form.is_bound:
                say_refusal(form, refusal, otherwise="reference")
    described = queries.describe(found.pickups, eyes=eyes_of(request))
    record_detail(request, booking_id, now=now)
    context = {
        "form": form,
        "wrong": [] if form.is_bound else wrong,
        "booking": found,
        "place": places.place(found.place_id),
        "people": [(pickup, described.get(pickup)) for pickup in found.pickups],
    }
    return show(request, "join", context, status=422 if form.errors or wrong else 200)


def _linked(
    request: HttpRequest, booking_id: UUID, pickup: UUID, form: LinkForm, *, now: datetime
) -> HttpResponse | None:
    """Link or merge; nothing is done where a choice was sent that the page does not offer.

    Raises WouldDouble where it has to be chosen which booking stays.
    """
    data = form.cleaned_data
    verified = card_of(request, reference=data["reference"], birthday=data["birthday"], now=now)
    wanted = Link(booking_id=booking_id, pickup=pickup, found=verified)
    keep = KEEP.get(data.get("keep", ""))
    other = queries.standing_booking_of(pickup=verified.pickup) if keep or form.errors else None
    if other is not None and (form.errors or _other(request, other, now=now) is None):
        raise linking.WouldDouble(other=other)
    if form.errors:
        return None
    if keep is not None:
        kept = linking.merge(wanted=wanted, keep=keep, actor=actor_of(request), now=now)
        return see_other("reservations:detail", str(kept), query="?done=merged")
    linking.link(wanted=wanted, actor=actor_of(request), now=now)
    return see_other("reservations:detail", str(booking_id), query="?done=linked")


def _other(request: HttpRequest, booking_id: UUID, *, now: datetime) -> queries.BookingView | None:
    """Find the booking that the card has; nothing where it is at a place that is not this person's work."""
    try:
        return queries.booking(booking_id=booking_id, now=now, eyes=eyes_of(request))
    except queries.BookingNotFound:
        return None


def _changed(
    request: HttpRequest, found: queries.BookingView, form: JoinForm, *, now: datetime
) -> HttpResponse:
    """Add or remove one person.

    Raises what the party refuses, and CardNotThere.
    """
    booking_id, actor = found.booking_id, actor_of(request)
    if "leave" in request.POST:
        leaving = _key(request.POST["leave"])
        parties.remove(booking_id=booking_id, pickup=leaving, actor=actor, now=now)
        return see_other("reservations:detail", str(booking_id), query="?done=left")
    data = form.cleaned_data
    person = card_of(request, reference=data["reference"], birthday=data["birthday"], now=now)
    presence.keep_to(
        partial(parties.add, booking_id=booking_id, person=person, actor=actor, now=now),
        pickups=[person.pickup],
        in_spite=data["in_spite"],
        actor=actor,
        now=now,
    )
    return see_other("reservations:detail", str(booking_id), query="?done=joined")


def _key(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise parties.NotInParty from None
