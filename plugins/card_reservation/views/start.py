"""Opening the link of the mail: GET shows a button, so that a mail scanner uses nothing up."""

import logging
from collections.abc import Sequence
from datetime import datetime
from uuid import uuid4

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from madoguchi import clock
from madoguchi.hooks.contracts.legal import LegalDocument
from madoguchi.web.access import public
from plugins.card_reservation.forms.resident import ConsentForm
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
from plugins.card_reservation.views.screens import see_other, show, show_restart

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
    page = _page(request, consent.form_of(request, wanted), wanted)
    return keep_progress(page, waiting, request=request, now=now)


def _begin(request: HttpRequest, token: str, progress: Progress) -> HttpResponse:
    now = clock.now()
    visit = progress.visit or uuid4().hex
    try:
        # The link is not used up by somebody who has yet to agree.
        with transaction.atomic():
            started = use_start_link(token=token, visit=visit, now=now)
            _agree(request, started, now=now)
    except _NotAgreed as refusal:
        return _page(request, refusal.form, refusal.wanted)
    opened = Progress(
        party=started.pickups,
        contact_id=started.contact_id,
        link=fingerprint(token),
        visit=visit,
        language=started.language,
    )
    return keep_progress(see_other("booking:place"), opened, request=request, now=now)


class _NotAgreed(Exception):
    def __init__(self, form: ConsentForm, wanted: Sequence[LegalDocument]) -> None:
        super().__init__()
        self.form, self.wanted = form, wanted


def _agree(request: HttpRequest, started: StartedBooking, *, now: datetime) -> None:
    person = started.pickups[0].pickup
    wanted = consent.to_agree(person)
    form = consent.form_of(request, wanted)
    if not form.is_valid():
        raise _NotAgreed(form, wanted)
    consent.write_down(person, wanted, by=started.contact_id, now=now)


def _page(request: HttpRequest, form: ConsentForm, wanted: Sequence[LegalDocument]) -> HttpResponse:
    context = {"form": form, "documents": wanted}
    return show(request, "start", context, step=2, status=422 if form.errors else 200)
