"""Opening the link of the mail: GET shows a button, so that a mail scanner uses nothing up."""

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
from plugins.card_reservation.services.links import (
    LinkExpired,
    LinkUnknown,
    LinkUsed,
    StartedBooking,
    open_start_link,
    use_start_link,
)
from plugins.card_reservation.views import consent
from plugins.card_reservation.views.progress import Progress, fingerprint, keep_progress, read_progress
from plugins.card_reservation.views.screens import named_places, see_other, show, show_restart

logger = logging.getLogger(__name__)


@public("whoever holds the secret link of the mail may go on")
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest, token: str) -> HttpResponse:
    """Show the button that begins the booking, and begin it."""
    progress = read_progress(request, now=clock.now())
    if progress.has_opened(token) and not progress.done:
        return see_other("booking:place")
    try:
        return _begin(request, token, progress) if request.method == "POST" else _offer(request, token)
    except LinkUsed:
        return show_restart(request, reason="used")
    except LinkExpired:
        return show_restart(request, reason="expired")
    except LinkUnknown as unknown:
        logger.warning("an unknown start link was opened")
        raise Http404 from unknown


def _offer(request: HttpRequest, token: str) -> HttpResponse:
    now = clock.now()
    person = open_start_link(token=token, now=now).pickups[0].pickup
    waiting = Progress(visit=uuid4().hex)
    wanted = consent.to_agree(person)
    page = page_to_begin(request, form_to_begin(request, wanted), wanted)
    return keep_progress(page, waiting, request=request, now=now)


def _begin(request: HttpRequest, token: str, progress: Progress) -> HttpResponse:
    now = clock.now()
    visit = progress.visit or uuid4().hex
    try:
        # The link is not used up by somebody who has yet to agree.
        with transaction.atomic():
            started = use_start_link(token=token, visit=visit, now=now)
            chosen = _agree(request, started, now=now)
    except _NotAgreed as refusal:
        return page_to_begin(request, refusal.form, refusal.wanted)
    opened = Progress(
        party=started.pickups,
        contact_id=started.contact_id,
        link=fingerprint(token),
        visit=visit,
        language=started.language,
        place_id=chosen,
    )
    next_page = "family" if "family" in request.POST else "time" if chosen else "place"
    return keep_progress(see_other(f"booking:{next_page}"), opened, request=request, now=now)


def form_to_begin(request: HttpRequest, wanted: Sequence[LegalDocument]) -> ConsentForm:
    """Ask for the place on this very page, which saves a screen; whoever sends none is asked afterwards."""
    form = consent.form_of(request, wanted)
    if request.method != "POST" or "place" in request.POST:
        known = named_places()
        asked = PlaceForm(choices=[(str(one.id), name) for one, name in known]).fields["place"]
        asked.initial = known[0][0].id if len(known) == 1 else None
        form.fields = {"place": asked, **form.fields}
    return form


class _NotAgreed(Exception):
    def __init__(self, form: ConsentForm, wanted: Sequence[LegalDocument]) -> None:
        super().__init__()
        self.form, self.wanted = form, wanted


def _agree(request: HttpRequest, started: StartedBooking, *, now: datetime) -> UUID | None:
    """Write down the consent and read the place."""
    person = started.pickups[0].pickup
    wanted = consent.to_agree(person)
    form = form_to_begin(request, wanted)
    if not form.is_valid():
        raise _NotAgreed(form, wanted)
    consent.write_down(person, wanted, by=started.contact_id, now=now)
    place: UUID | None = form.cleaned_data.get("place")
    return place


def page_to_begin(
    request: HttpRequest, form: ConsentForm, wanted: Sequence[LegalDocument], *, is_mailed: bool = True
) -> HttpResponse:
    """Show the page that asks for the consent and the place."""
    context = {
        "is_mailed": is_mailed,
        "form": form,
        "documents": wanted,
        "places": named_places(),
        "largest": queries.largest_party(now=clock.now()),
    }
    return show(request, "start", context, step=3, status=422 if form.errors else 200)
