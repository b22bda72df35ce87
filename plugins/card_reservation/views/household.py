"""One visit for the whole household: the place and time at which everybody's card is there."""

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from madoguchi import clock
from madoguchi.web.access import public
from plugins.card_reservation.forms.resident import SlotForm
from plugins.card_reservation.queries import household as finder
from plugins.card_reservation.views.choose import (
    NO_LONGER_FREE,
    find_slot,
    is_open_to,
    stop_unless_choosing,
)
from plugins.card_reservation.views.progress import keep_progress, read_progress
from plugins.card_reservation.views.screens import see_other, show


@public("only whoever used the link of the mail may choose")
@require_http_methods(["GET", "HEAD", "POST"])
def household(request: HttpRequest) -> HttpResponse:
    """Show the first times of every place at which the whole party fits, and take one of them."""
    now = clock.now()
    progress = read_progress(request, now=now)
    if stop := stop_unless_choosing(request, progress):
        return stop
    form = SlotForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        chosen = find_slot(form.cleaned_data["slot"], party_size=len(progress.party), now=now)
        if chosen is not None and is_open_to(progress, chosen, now=now):
            placed = replace(progress, place_id=chosen.place_id).with_slot(chosen.id)
            return keep_progress(see_other("booking:check"), placed, request=request, now=now)
        form.add_error("slot", str(NO_LONGER_FREE))
    language = get_language() or "ja"
    found = finder.chances(
        pickups=progress.pickups,
        now=now,
        service_id=progress.service,
    )
    context = {
        "form": form,
        "chances": [(chance, chance.place.label(language)) for chance in found if chance.slots],
        "without": [chance.place.label(language) for chance in found if not chance.slots],
        "has_slots": any(chance.slots for chance in found),
        "party_size": len(progress.party),
        "back": reverse("booking:place"),
    }
    return show(request, "household", context, step=3, status=422 if form.errors else 200)
