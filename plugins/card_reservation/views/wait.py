"""Waiting for a place: join the line from a full calendar, answer an offer, leave. No page tells a count."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from madoguchi import clock
from madoguchi.errors import DomainError
from madoguchi.ledger.audit.actors import Actor
from madoguchi.residents import services as residents
from madoguchi.web import dates
from madoguchi.web.access import public
from plugins.card_reservation import queries
from plugins.card_reservation.forms.wishes import WaitForm
from plugins.card_reservation.queries import waiting as line
from plugins.card_reservation.queries.values import BookingView, Window
from plugins.card_reservation.services import accepting, waiting_letters, waiting_list
from plugins.card_reservation.services.accepting import OfferOver, Ticks
from plugins.card_reservation.services.links import LinkExpired, LinkUnknown, LinkUsed
from plugins.card_reservation.services.refusals import CautionsMissing
from plugins.card_reservation.services.waiting_list import Waiter, Wish
from plugins.card_reservation.views.choose import cautions_form, stop_unless_choosing
from plugins.card_reservation.views.owner import for_the_owner, manage_url, owner_of, too_late
from plugins.card_reservation.views.progress import read_progress
from plugins.card_reservation.views.screens import place_context, see_other, show, show_restart

logger = logging.getLogger(__name__)
FORTNIGHT = timedelta(days=13)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Who would wait where, and the page to which they go back."""

    place_id: UUID
    service_id: UUID
    waiter: Waiter
    actor: Actor
    back: str
    before: date | None = None
    """The day of a booking that somebody has meanwhile: only earlier ones are better."""


@public("only whoever used the link of the mail may wait")
@require_http_methods(["GET", "HEAD", "POST"])
def wait(request: HttpRequest) -> HttpResponse:
    """Ask until when somebody waits for a place at the chosen place."""
    now = clock.now()
    progress = read_progress(request, now=now)
    if stop := stop_unless_choosing(request, progress):
        return stop
    if progress.place_id is None:
        return see_other("booking:place")
    if progress.contact_id is None:
        return show(request, "wait_needs_mail", {"back": reverse("booking:time")})
    service_id = progress.service_id or queries.PICKUP_ID
    waiter = Waiter(pickups=tuple(one.pickup for one in progress.party), contact_id=progress.contact_id)
    actor = Actor(kind="resident", id=str(progress.contact_id), name="")
    asked = Asked(
        place_id=progress.place_id,
        service_id=service_id,
        waiter=waiter,
        actor=actor,
        back=reverse("booking:time"),
    )
    return _ask(request, asked, now=now)


@public("whoever holds the secret link of the mail may wait for an earlier time")
@require_http_methods(["GET", "HEAD", "POST"])
@for_the_owner
def earlier(request: HttpRequest, token: str, booking: BookingView, now: datetime) -> HttpResponse:
    """Ask until when somebody with a booking waits for an earlier one."""
    if booking.status != "active" or booking.contact_id is None:
        return see_other("booking:manage", token)
    if not booking.is_changeable:
        return too_late(request, token, booking)
    waiter = Waiter(pickups=booking.pickups, contact_id=booking.contact_id, booking_id=booking.booking_id)
    asked = Asked(
        place_id=booking.place_id,
        service_id=booking.service_id,
        waiter=waiter,
        actor=owner_of(booking),
        back=manage_url(token),
        before=clock.local(booking.starts_at).date(),
    )
    return _ask(request, asked, now=now)


@public("whoever holds the secret link of the mail may stop waiting")
@require_http_methods(["GET", "HEAD", "POST"])
def waiting(request: HttpRequest, token: str) -> HttpResponse:
    """Show for what somebody waits, and end it once they have said so twice."""
    now = clock.now()
    entry_id = _subject(token, waiting_letters.WAIT, now)
    if entry_id is None:
        return show_restart(request, reason="waited")
    if request.method == "POST":
        actor = Actor(kind="resident", id=str(entry_id), name="")
        waiting_list.leave(entry_id=entry_id, actor=actor, now=now)
        return see_other("booking:waiting", token)
    found = line.entry(entry_id=entry_id)
    context = {
        "entry": found,
        **place_context(found.place_id),
        "period": waiting_letters.period_of(found, get_language() or "ja"),
        "is_new": "new" in request.GET,
        "is_leaving": found.is_standing and "leave" in request.GET,
    }
    return show(request, "waiting_entry", context)


@public("whoever holds the secret link of the mail may take the place or leave it")
@require_http_methods(["GET", "HEAD", "POST"])
def offer(request: HttpRequest, token: str) -> HttpResponse:
    """Show what is held until when, with a button to take it and one to leave it."""
    now = clock.now()
    offer_id = _subject(token, waiting_letters.OFFER, now)
    if offer_id is None:
        return show_restart(request, reason="waited")
    found = line.offer(offer_id=offer_id)
    actor = Actor(kind="resident", id=str(found.contact_id), name="")
    if request.method == "POST" and "decline" in request.POST:
        accepting.decline(offer_id=offer_id, actor=actor, now=now)
        return see_other("booking:offer", token)
    if request.method == "POST":
        return _take(request, token, found, actor, now=now)
    return _show_offer(request, found, now=now)


def _take(
    request: HttpRequest, token: str, found: line.OfferView, actor: Actor, *, now: datetime
) -> HttpResponse:
    form = cautions_form(request, service_id=found.service_id)
    ticks = Ticks(codes=tuple(request.POST.getlist("ticks")), version=request.POST.get("version", ""))
    try:
        accepting.accept(offer_id=found.offer_id, ticks=ticks, actor=actor, now=now)
    except CautionsMissing:
        form.is_valid()
        return _show_offer(request, found, now=now, form=form)
    except OfferOver:
        return _show_offer(request, line.offer(offer_id=found.offer_id), now=now)
    except DomainError as refusal:
        context = {"has_errors": True, "message": str(refusal)}
        return show(request, "party_refused", context, status=refusal.status)
    return see_other("booking:offer", token)


def _show_offer(
    request: HttpRequest, found: line.OfferView, *, now: datetime, form: object = None
) -> HttpResponse:
    language = get_language() or "ja"
    state = found.state_at(now)
    context = {
        "offer": found,
        "state": state,
        **place_context(found.place_id),
        "until": waiting_letters.moment_of(found.held_until, language),
        "cautions": queries.cautions(service_id=found.service_id),
        "ticked": request.POST.getlist("ticks"),
        "form": form,
    }
    status = 422 if form is not None else 410 if state == "lapsed" else 200
    return show(request, "offer", context, status=status)


def _subject(token: str, purpose: str, now: datetime) -> UUID | None:
    """Open a link; None once its time is over.

    Raises Http404 for a link that was never mailed.
    """
    try:
        return residents.peek(token=token, purpose=purpose, now=now).subject
    except (LinkExpired, LinkUsed):
        return None
    except LinkUnknown as unknown:
        logger.warning("an unknown link of the waiting list was opened")
        raise Http404 from unknown


def _ask(request: HttpRequest, asked: Asked, *, now: datetime) -> HttpResponse:
    window = queries.window(
        place_id=asked.place_id, audience="resident", now=now, service_id=asked.service_id
    )
    periods = _periods(window, request.GET, asked.before)
    form = WaitForm(
        request.POST if request.method == "POST" else None,
        periods=[(code, label) for code, (label, _first, _last) in periods.items()],
    )
    error = ""
    if request.method == "POST" and form.is_valid():
        _label, first, last = periods[form.cleaned_data["period"]]
        try:
            made = _join(asked, first, last, form.cleaned_data["part"], now=now)
        except DomainError as refusal:
            error = str(refusal)
        else:
            return see_other("booking:waiting", made, query="?new=1")
    context = {
        "form": form,
        "periods": periods,
        **place_context(asked.place_id),
        "party_size": len(asked.waiter.pickups),
        "is_earlier": asked.before is not None,
        "error": error,
        "has_errors": bool(error or form.errors),
        "back": asked.back,
    }
    return show(request, "wait", context, status=422 if form.errors or error else 200)


def _join(asked: Asked, first: date, last: date, part: str, *, now: datetime) -> str:
    wish = Wish(
        place_id=asked.place_id,
        service_id=asked.service_id,
        first_day=first,
        last_day=last,
        part=part,
    )
    return waiting_list.join(wish=wish, waiter=asked.waiter, actor=asked.actor, now=now)


def _periods(
    window: Window, query: Mapping[str, str], before: date | None
) -> dict[str, tuple[str, date, date]]:
    """Offer a few periods to choose from: this day, two weeks, or as long as one may book."""
    first, last = window.earliest, window.latest
    if first is None or last is None:
        return {}
    if before is not None:
        last = min(last, before)
    last = min(last, first + waiting_list.LONGEST)
    if last < first:
        return {}
    language = get_language() or "ja"
    found: dict[str, tuple[str, date, date]] = {}
    day = _day(query.get("day", ""))
    if day is not None and first <= day <= last:
        said = dates.month_and_day(day, language=language)
        found["day"] = (_("%(day)sだけ") % {"day": said}, day, day)
    fortnight = min(first + FORTNIGHT, last)
    for code, end in (("fortnight", fortnight), ("all", last)):
        if code == "all" and end == fortnight:
            continue
        said = dates.month_and_day(end, language=language)
        found[code] = (_("%(day)sまでのいつでも") % {"day": said}, first, end)
    return found


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
