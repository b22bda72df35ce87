"""The way without an address: where a city keeps none, or leaves it to the resident."""

from dataclasses import replace
from uuid import UUID, uuid4

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from madoguchi import clock
from madoguchi.web.access import public
from plugins.card_reservation.queries.bookings import standing_booking_of
from plugins.card_reservation.queries.personal_data import kept
from plugins.card_reservation.views import consent
from plugins.card_reservation.views.choose_service import asks_for_address_alone
from plugins.card_reservation.views.first_choice import (
    Newcomer,
    has_chosen,
    place_asked,
    read_slot,
    show_choice,
)
from plugins.card_reservation.views.progress import Progress, fingerprint, read_progress
from plugins.card_reservation.views.screens import show_booked_before, show_restart
from plugins.card_reservation.views.start import form_to_begin, go_on, lead_on, page_to_begin


@public("the signed cookie of the step before names the resident")
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    """Begin a booking without a mail: agree, choose the place, go on."""
    now = clock.now()
    progress = read_progress(request, now=now)
    if kept().needs_addresses or not progress.is_identified or asks_for_address_alone(progress):
        return show_restart(request)
    if progress.is_open and not progress.done:
        return go_on(request, progress)
    person, who = progress.party[0].pickup, Newcomer(party=progress.party[:1], service_id=progress.service)
    if standing_booking_of(pickup=person) is not None:
        return show_booked_before(request)
    slot, place_id = None, place_asked(request, who)
    wanted = consent.left_to_agree(person, agreed=progress.agreed)
    if not wanted and request.method != "POST":
        return show_choice(request, who, now=now)
    if has_chosen(request):
        found = read_slot(request, who, now=now)
        if isinstance(found, HttpResponse):
            return found
        slot = found
    form = form_to_begin(request, wanted, progress.service)
    if request.method != "POST" or not form.is_valid():
        return page_to_begin(request, form, wanted, is_mailed=False, service_id=progress.service)
    with transaction.atomic():
        consent.write_down(person, consent.to_agree(person), by=person, now=now)
    opened = _opened(progress, form.cleaned_data.get("place") or place_id)
    return lead_on(request, opened, slot, now=now)


def _opened(progress: Progress, place_id: UUID | None) -> Progress:
    visit = uuid4().hex
    return replace(
        progress,
        party=progress.party[:1],
        link=fingerprint(visit),
        visit=visit,
        email="",
        contact_id=None,
        language=get_language() or "ja",
        place_id=place_id,
        slot_id=None,
        key=None,
        done="",
    )
