"""The way without an address: where a city keeps none, or leaves it to the resident."""

from dataclasses import replace
from uuid import UUID, uuid4

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from madoguchi import clock
from madoguchi.web.access import public
from plugins.card_reservation.queries.personal_data import kept
from plugins.card_reservation.views import consent
from plugins.card_reservation.views.choose_service import asks_for_address_alone
from plugins.card_reservation.views.progress import fingerprint, keep_progress, read_progress
from plugins.card_reservation.views.screens import see_other, show_restart
from plugins.card_reservation.views.start import form_to_begin, page_to_begin


@public("the signed cookie of the step before names the resident")
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    """Begin a booking without a mail: agree, choose the place, go on."""
    now = clock.now()
    progress = read_progress(request, now=now)
    if kept().needs_addresses or not progress.is_identified or asks_for_address_alone(progress):
        return show_restart(request)
    if progress.is_open and not progress.done:
        return see_other("booking:place")
    person = progress.party[0].pickup
    wanted = consent.to_agree(person)
    form = form_to_begin(request, wanted, progress.service)
    if request.method != "POST" or not form.is_valid():
        return page_to_begin(request, form, wanted, is_mailed=False, service_id=progress.service)
    with transaction.atomic():
        consent.write_down(person, wanted, by=person, now=now)
    chosen: UUID | None = form.cleaned_data.get("place")
    visit = uuid4().hex
    opened = replace(
        progress,
        party=progress.party[:1],
        link=fingerprint(visit),
        visit=visit,
        email="",
        contact_id=None,
        language=get_language() or "ja",
        place_id=chosen,
        slot_id=None,
        key=None,
        done="",
    )
    next_page = "family" if "family" in request.POST else "time" if chosen else "place"
    return keep_progress(see_other(f"booking:{next_page}"), opened, request=request, now=now)
