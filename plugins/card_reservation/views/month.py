"""One month of the calendar alone: what a rush asks for most, kept for a second as finished bytes."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from madoguchi import clock
from madoguchi.errors import NotFound
from madoguchi.web.access import public
from plugins.card_reservation import queries
from plugins.card_reservation.queries.fresh import remember
from plugins.card_reservation.views.calendar import read_month
from plugins.card_reservation.views.choose import stop_unless_choosing
from plugins.card_reservation.views.progress import read_progress
from plugins.card_reservation.views.screens import see_other


@public("only whoever used the link of the mail sees a calendar")
@require_safe
def month(request: HttpRequest) -> HttpResponse:
    """Show one month of the chosen place to a party of the size that was identified."""
    now = clock.now()
    progress = read_progress(request, now=now)
    if stop := stop_unless_choosing(request, progress):
        return stop
    if progress.place_id is None:
        return see_other("booking:place")
    wanted = read_month(request.GET.get("month", "")) or _this_month(now)
    try:
        page = _page(progress.place_id, wanted, len(progress.party), now)
    except NotFound:
        return see_other("booking:place")
    response = HttpResponse(page)
    response["Cache-Control"] = "no-store"
    return response


def _this_month(now: datetime) -> tuple[int, int]:
    today = clock.local(now).date()
    return today.year, today.month


def _page(place_id: UUID, wanted: tuple[int, int], party_size: int, now: datetime) -> bytes:
    def render() -> bytes:
        shown = queries.month(
            place_id=place_id,
            year=wanted[0],
            month=wanted[1],
            party_size=party_size,
            audience="resident",
            now=now,
        )
        return render_to_string("card_reservation/resident/month.html", {"month": shown}).encode()

    return remember(("page", place_id, wanted, party_size, get_language()), render)
