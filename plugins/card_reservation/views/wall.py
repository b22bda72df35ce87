"""The called numbers on a screen in the waiting room: numbers alone, new every few seconds, no scripts."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from madoguchi import clock
from madoguchi.places import queries as places
from madoguchi.web.access import public
from plugins.card_reservation.queries import turns
from plugins.card_reservation.services import walls

SECONDS = 10


@public("a screen in the waiting room has nobody to sign in; its address is signed")
@require_safe
def wall(request: HttpRequest, token: str) -> HttpResponse:
    """Show the numbers that are called now at one place."""
    now = clock.now()
    place_id = walls.place_of(token=token, now=now)
    called, missed = turns.on_the_wall(place_id=place_id, day=clock.local(now).date(), now=now)
    context = {
        "place_name": places.place(place_id).label(get_language() or "ja"),
        "called": called,
        "missed": missed,
        "now": now,
    }
    response = render(request, "card_reservation/resident/wall.html", context)
    response["Cache-Control"] = "no-store"
    # As a header, so that no script is needed and the page itself stays as it is.
    response["Refresh"] = str(SECONDS)
    return response
