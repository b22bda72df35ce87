"""The last step of the resident's way and its end: check, take in the cautions, confirm, done."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from madoguchi import clock
from madoguchi.documents.viewing import inline_pdf
from madoguchi.errors import DomainError
from madoguchi.hooks.contracts.eyes import EVERYTHING
from madoguchi.ledger.audit.actors import Actor
from madoguchi.web import signing
from madoguchi.web.access import public
from madoguchi.web.middleware import commit_here
from plugins.card_reservation import queries
from plugins.card_reservation.forms.resident import Confirmation, read_confirmation
from plugins.card_reservation.queries.bookings import standing_booking_of
from plugins.card_reservation.queries.fresh import remember
from plugins.card_reservation.services import booking, bringing, slips
from plugins.card_reservation.services.links import new_manage_token, reader
from plugins.card_reservation.services.refusals import AlreadyBooked
from plugins.card_reservation.views.choose import cautions_form, find_slot, stop_unless_choosing
from plugins.card_reservation.views.invitation import invitation_of
from plugins.card_reservation.views.progress import Progress, keep_progress, read_progress
from plugins.card_reservation.views.screens import (
    STEPS,
    SeeOther,
    place_context,
    see_other,
    show,
    show_booked_before,
)
from plugins.card_reservation.views.waiting import give_place_free

DONE_PURPOSE = "booking-done"
DONE_LASTS = timedelta(days=120)
NO_VERSION = "-"
SIGNED = "the-booking-signed"
KEPT_TIMES = 60
CHANGED_ELSEWHERE = _("画面の内容が新しくなりました。内容を確認して、もう一度ボタンを押してください")


@public("only whoever used the link of the mail may confirm")
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """Show everything once more, and book when the button is pressed."""
    now = clock.now()
    progress = read_progress(request, now=now)
    if stop := stop_unless_choosing(request, progress):
        return stop
    if request.method == "POST":
        return _confirm(request, progress, now=now)
    return _show_check(request, progress, now=now)


def _confirm(request: HttpRequest, before: Progress, *, now: datetime) -> HttpResponse:
    confirmed, progress = read_confirmation(request.POST), _with_ticks(request, before)
    # In another tab somebody may have gone on for other people: who is booked is who was on this page. A page
    # drawn before this release does not say who.
    is_theirs = request.POST.get("party", progress.party_mark) == progress.party_mark
    if confirmed is None or not is_theirs:
        return _show_check(request, progress, now=now, error=str(CHANGED_ELSEWHERE), status=422)
    try:
        receipt = _book(_with_reader(progress, now=now), confirmed, now=now)
    except booking.CautionsMissing:
        return _show_check(request, progress, now=now, status=422)
    except AlreadyBooked:
        refused = show_booked_before(request, step=3, **_who_is_booked(progress))
        return keep_progress(refused, progress, request=request, now=now)
    except DomainError as refusal:
        return keep_progress(_show_refusal(request, refusal), progress, request=request, now=now)
    if progress.bring and not receipt.is_repeat:
        actor = Actor(kind="resident", id=str(progress.contact_id or progress.party[0].pickup), name="")
        bringing.keep(booking_id=receipt.booking_id, codes=progress.bring, actor=actor, now=now)
    shown = {"booking": str(receipt.booking_id), "manage": _manage_token(receipt, progress, now=now)}
    # Others wait for this slot: it is theirs before the answer is signed. Sent again, the key finds it.
    commit_here()
    signed = signing.sign(shown, purpose=DONE_PURPOSE, now=now)
    done_url = _done_url(signed)
    return keep_progress(SeeOther(done_url), replace(progress, done=done_url), request=request, now=now)


def _done_url(signed: str) -> str:
    # The way to an address of this very plugin takes as long as a whole form.
    language = get_language() or "ja"
    pattern = remember(("done", language), lambda: reverse("booking:done", args=[SIGNED]), times=KEPT_TIMES)
    return pattern.replace(SIGNED, signed)


def _with_ticks(request: HttpRequest, progress: Progress) -> Progress:
    """Take in what was ticked beside the button; a page drawn before this release sends its ticks before."""
    if "version" not in request.POST:
        return progress
    # An empty version would be that of a program, which shows no words of its own.
    version = request.POST["version"] or NO_VERSION
    return replace(progress, ticks=tuple(request.POST.getlist("ticks")), cautions_version=version)


def _manage_token(receipt: booking.Receipt, progress: Progress, *, now: datetime) -> str:
    """Make the link that changes the booking for somebody to whom no mail brings it."""
    if progress.contact_id is not None:
        return ""
    until = queries.booking(booking_id=receipt.booking_id, now=now, eyes=EVERYTHING).ends_at
    return new_manage_token(booking_id=receipt.booking_id, contact_id=None, until=until, now=now)


def _with_reader(progress: Progress, *, now: datetime) -> Progress:
    """Write the mails in the language of the last page, whatever the first one was in."""
    language = get_language() or "ja"
    if progress.contact_id is None or progress.language in ("", language):
        return progress
    contact_id = reader(contact_id=progress.contact_id, language=language, now=now)
    return replace(progress, contact_id=contact_id, language=language)


def _book(progress: Progress, confirmed: Confirmation, *, now: datetime) -> booking.Receipt:
    return booking.book(
        request=booking.BookingRequest(
            slot_id=confirmed.slot,
            party=progress.party,
            contact_id=progress.contact_id,
            key=confirmed.key,
            channel="web",
            cautions=progress.ticks,
            cautions_version=progress.cautions_version,
            service_id=progress.service,
        ),
        actor=Actor(kind="resident", id=str(progress.contact_id or progress.party[0].pickup), name=""),
        now=now,
    )


def _show_check(
    request: HttpRequest, progress: Progress, *, now: datetime, error: str = "", status: int = 200
) -> HttpResponse:
    slot = find_slot(progress.slot_id, party_size=len(progress.party), now=now)
    if slot is None or progress.key is None:
        return see_other("booking:time")
    current = queries.cautions(progress.service)
    form = cautions_form(request, service_id=progress.service)
    things = bringing.labels(progress.bring) or current.untold_documents
    # Words that are new were not read yet.
    has_read = progress.cautions_version == current.version
    context = {
        "slot": slot,
        **place_context(slot.place_id),
        "party": progress.party,
        "party_mark": progress.party_mark,
        "things": things,
        "key": progress.key,
        "cautions": current,
        "form": form,
        "ticked": progress.ticks if has_read else (),
        "error": error,
        "has_errors": bool(error or form.errors),
        "back": reverse("booking:time"),
    }
    return show(request, "check", context, step=STEPS, status=status)


def _who_is_booked(progress: Progress) -> dict[str, Any]:
    """Name by their notices the people of a party who have a booking, and tell whether they may stay out."""
    if len(progress.party) < 2:
        return {}
    found = [one for one in progress.party if standing_booking_of(pickup=one.pickup) is not None]
    return {
        "booked": [one.reference for one in found],
        "may_leave_out": progress.party[0] not in found,
        "back": reverse("booking:time"),
    }


def _show_refusal(request: HttpRequest, refusal: DomainError) -> HttpResponse:
    """Explain why the booking was refused; nothing that was typed is lost."""
    context = {
        "code": refusal.code,
        "has_errors": True,
        "message": str(refusal),
        "nearest": getattr(refusal, "nearest", ()),
        "back": reverse("booking:time"),
        "submit_to": reverse("booking:time"),
    }
    return show(request, "refused", context, step=3, status=refusal.status)


@public("the signed address names one booking and shows no personal data")
@require_safe
def done(request: HttpRequest, signed: str) -> HttpResponse:
    """Show the booking number; the page survives a reload and a bookmark."""
    now = clock.now()
    found = queries.booking(booking_id=_read_done(signed, now=now), now=now, eyes=EVERYTHING)
    told = _read(signed, now=now)
    things = bringing.lines_for(booking_id=found.booking_id)
    context = {
        "booking": found,
        **place_context(found.place_id),
        "signed": signed,
        "manage": told.get("manage", ""),
        "has_joined": "joined" in told,
        "things": things,
    }
    return give_place_free(request, show(request, "done", context), now=now)


@public("the signed address names one booking and shows no personal data")
@require_safe
def done_invitation(request: HttpRequest, signed: str) -> HttpResponse:
    """Hand out the visit as a file for a calendar."""
    now = clock.now()
    found = queries.booking(booking_id=_read_done(signed, now=now), now=now, eyes=EVERYTHING)
    return invitation_of(found, now=now)


@public("the signed address names one booking and shows no personal data")
@require_safe
def done_slip(request: HttpRequest, signed: str) -> HttpResponse:
    """Open the slip that a visitor takes along, to print or to show on the telephone."""
    now = clock.now()
    pdf = slips.slip(booking_id=_read_done(signed, now=now), now=now, eyes=EVERYTHING)
    return inline_pdf(pdf, name="slip")


def _read_done(signed: str, *, now: datetime) -> UUID:
    return UUID(str(_read(signed, now=now)["booking"]))


def _read(signed: str, *, now: datetime) -> Mapping[str, str]:
    try:
        value = signing.read(signed, purpose=DONE_PURPOSE, max_age=DONE_LASTS, now=now)
    except signing.BadToken as bad:
        raise Http404 from bad
    if not isinstance(value, Mapping):
        raise Http404
    return value
