"""Opening the link of the mail: GET shows what there is to choose, so that a mail scanner uses nothing up."""

import logging
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from madoguchi import clock
from madoguchi.hooks.contracts.legal import LegalDocument
from madoguchi.web.access import public
from plugins.card_reservation import queries
from plugins.card_reservation.forms.resident import ConsentForm, PlaceForm
from plugins.card_reservation.queries import PICKUP_ID
from plugins.card_reservation.queries.bookings import standing_booking_of
from plugins.card_reservation.queries.values import SlotView
from plugins.card_reservation.services.links import (
    LinkExpired,
    LinkUnknown,
    LinkUsed,
    StartedBooking,
    open_start_link,
    use_start_link,
)
from plugins.card_reservation.views import consent
from plugins.card_reservation.views.first_choice import (
    Newcomer,
    detour,
    has_chosen,
    place_asked,
    read_slot,
    show_choice,
)
from plugins.card_reservation.views.progress import Progress, fingerprint, keep_progress, read_progress
from plugins.card_reservation.views.screens import (
    named_places,
    see_other,
    service_words,
    show,
    show_booked_before,
    show_restart,
)

logger = logging.getLogger(__name__)


@public("whoever holds the secret link of the mail may go on")
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest, token: str) -> HttpResponse:
    """Show where and when somebody may come, and begin the booking with what is chosen."""
    progress = read_progress(request, now=clock.now())
    try:
        if progress.has_opened(token) and not progress.done:
            return go_on(request, progress, token)
        return _begin(request, token, progress) if request.method == "POST" else _offer(request, token)
    except LinkUsed:
        return show_restart(request, reason="used")
    except LinkExpired:
        return show_restart(request, reason="expired")
    except LinkUnknown as unknown:
        logger.warning("an unknown start link was opened")
        raise Http404 from unknown


def go_on(request: HttpRequest, progress: Progress, token: str = "") -> HttpResponse:
    """Lead on whoever is back on the page of the link; another time that is chosen there counts."""
    now = clock.now()
    if has_chosen(request):
        who = Newcomer(party=progress.party, service_id=progress.service, token=token)
        found = read_slot(request, who, now=now)
        if isinstance(found, HttpResponse):
            return found
        chosen = progress.with_place(found.place_id).with_slot(found.id)
        return keep_progress(see_other("booking:check"), chosen, request=request, now=now)
    return see_other("booking:time" if progress.place_id else "booking:place")


def _offer(request: HttpRequest, token: str) -> HttpResponse:
    now = clock.now()
    found = open_start_link(token=token, now=now)
    if standing_booking_of(pickup=found.pickups[0].pickup) is not None:
        # The whole way would only end in this refusal.
        return show_booked_before(request)
    waiting = Progress(visit=uuid4().hex, service_id=found.service_id)
    wanted = consent.left_to_agree(found.pickups[0].pickup, agreed=found.agreed)
    if wanted:
        service_id = found.service_id or PICKUP_ID
        form = form_to_begin(request, wanted, service_id)
        page = page_to_begin(request, form, wanted, service_id=service_id)
    else:
        page = show_choice(request, _newcomer(found, token), now=now)
    return keep_progress(page, waiting, request=request, now=now)


def _newcomer(found: StartedBooking, token: str) -> Newcomer:
    return Newcomer(party=found.pickups, service_id=found.service_id or PICKUP_ID, token=token)


def _begin(request: HttpRequest, token: str, progress: Progress) -> HttpResponse:
    now = clock.now()
    visit = progress.visit or uuid4().hex
    slot = None
    if has_chosen(request):
        found = read_slot(request, _newcomer(open_start_link(token=token, now=now), token), now=now)
        if isinstance(found, HttpResponse):
            return found
        slot = found
    try:
        # The link is not used up by somebody who has yet to agree.
        with transaction.atomic():
            started = use_start_link(token=token, visit=visit, now=now)
            chosen = _agree(request, started, now=now)
    except _NotAgreed as refusal:
        return page_to_begin(request, refusal.form, refusal.wanted, service_id=refusal.service_id)
    opened = Progress(
        party=started.pickups,
        contact_id=started.contact_id,
        link=fingerprint(token),
        visit=visit,
        language=started.language,
        place_id=chosen or place_asked(request, _newcomer(started, token)),
        service_id=started.service_id,
    )
    return lead_on(request, opened, slot, now=now)


def lead_on(request: HttpRequest, opened: Progress, slot: SlotView | None, *, now: datetime) -> HttpResponse:
    """Go to the page that was asked for: the last one with a time, else to what is still open."""
    if slot is not None:
        chosen = opened.with_place(slot.place_id).with_slot(slot.id)
        return keep_progress(see_other("booking:check"), chosen, request=request, now=now)
    next_page = detour(request) or ("time" if opened.place_id else "place")
    return keep_progress(see_other(f"booking:{next_page}"), opened, request=request, now=now)


def form_to_begin(
    request: HttpRequest, wanted: Sequence[LegalDocument], service_id: UUID = PICKUP_ID
) -> ConsentForm:
    """Ask for the place on this very page, which saves a screen; whoever sends none is asked afterwards."""
    form = consent.form_of(request, wanted)
    if request.method != "POST" or "place" in request.POST:
        known = named_places(service_id)
        choices = [(str(one.id), name) for one, name in known]
        asked = PlaceForm(choices=choices, is_pickup=service_id == PICKUP_ID).fields["place"]
        asked.initial = known[0][0].id if len(known) == 1 else None
        form.fields = {"place": asked, **form.fields}
    return form


class _NotAgreed(Exception):
    def __init__(self, form: ConsentForm, wanted: Sequence[LegalDocument], service_id: UUID) -> None:
        super().__init__()
        self.form, self.wanted, self.service_id = form, wanted, service_id


def _agree(request: HttpRequest, started: StartedBooking, *, now: datetime) -> UUID | None:
    """Write down the consent and read the place."""
    person = started.pickups[0].pickup
    wanted = consent.left_to_agree(person, agreed=started.agreed)
    service_id = started.service_id or PICKUP_ID
    form = form_to_begin(request, wanted, service_id)
    if not form.is_valid():
        raise _NotAgreed(form, wanted, service_id)
    consent.write_down(person, consent.to_agree(person), by=started.contact_id, now=now)
    place: UUID | None = form.cleaned_data.get("place")
    return place


def page_to_begin(
    request: HttpRequest,
    form: ConsentForm,
    wanted: Sequence[LegalDocument],
    *,
    is_mailed: bool = True,
    service_id: UUID = PICKUP_ID,
) -> HttpResponse:
    """Show the page that asks for the consent and the place."""
    context = {
        "is_mailed": is_mailed,
        "form": form,
        "documents": wanted,
        "places": named_places(service_id),
        "largest": queries.largest_party(now=clock.now(), service_id=service_id),
        **service_words(service_id),
    }
    return show(request, "start", context, step=3, status=422 if form.errors else 200)
