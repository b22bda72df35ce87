"""One box in which staff find a booking by whatever a caller says."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from madoguchi import clock
from madoguchi.accounts.desk import lists, sought
from madoguchi.accounts.sight import eyes_of
from madoguchi.hooks.contracts.eyes import EVERYTHING
from madoguchi.web.access import requires
from plugins.card_reservation.declarations.permissions import BOOK, VIEW
from plugins.card_reservation.forms.staff import SearchForm
from plugins.card_reservation.queries.personal_data import eyes_here, kept
from plugins.card_reservation.services import search as finding
from plugins.card_reservation.views.board_table import FOUND
from plugins.card_reservation.views.day_board import record_rows

PURPOSE = "card_reservation.search"


@requires(VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def search(request: HttpRequest) -> HttpResponse:
    """Show the bookings that fit the words; a single one whose whole number was typed opens at once."""
    now = clock.now()
    if request.method == "POST":
        return _look_for(SearchForm(request.POST), now=now)
    token = request.GET.get("find", "")
    form = SearchForm(sought.read(token, purpose=PURPOSE, now=now))
    form.is_valid()
    words, with_past = form.cleaned_data.get("q", ""), form.cleaned_data.get("past", False)
    hits, too_many = _found(request, words, with_past=with_past, now=now)
    if len(hits) == 1 and "as" not in request.GET and _is_whole_number(words, hits[0]):
        return redirect("reservations:detail", hits[0].row.booking_id)
    given = {"find": token} if words else {}
    page = lists.draw(request, table=FOUND.seen_by(eyes_here(EVERYTHING)), rows=hits, given=given)
    whole = lists.show_whole(
        request,
        page,
        recording=lambda rows: record_rows(request, [hit.row for hit in rows], now=now, purpose=PURPOSE),
    )
    if whole is not None:
        return whole
    record_rows(request, [hit.row for hit in page.drawn.shown], now=now, purpose=PURPOSE)
    context = {
        "form": form,
        "words": words,
        "with_past": with_past,
        "too_many": too_many,
        "most": finding.MOST,
        "keeps_names": kept().keeps_names,
        "list": page if hits else None,
        "may_book": request.user.has_permission(BOOK),  # type: ignore[union-attr]
    }
    response = render(request, "card_reservation/staff/search.html", context)
    response["Cache-Control"] = "no-store"
    return response


def _found(
    request: HttpRequest, words: str, *, with_past: bool, now: datetime
) -> tuple[list[finding.Hit], int]:
    """Look for the words, and count what is too much to be read."""
    if not words:
        return [], 0
    try:
        return finding.search(text=words, with_past=with_past, now=now, eyes=eyes_of(request)), 0
    except finding.TooManyHits as refusal:
        return [], refusal.count


def _look_for(form: SearchForm, *, now: datetime) -> HttpResponse:
    """Send the words away sealed, so that no name stands in an address."""
    form.is_valid()
    words, with_past = form.cleaned_data.get("q", ""), form.cleaned_data.get("past", False)
    address = reverse("reservations:search")
    if words:
        typed = {"q": words, **({"past": "on"} if with_past else {})}
        address += "?find=" + sought.keep(typed, purpose=PURPOSE, now=now)
    return HttpResponseRedirect(address, status=303)


def _is_whole_number(words: str, hit: finding.Hit) -> bool:
    return words.replace("-", "") == hit.row.number.replace("-", "")
