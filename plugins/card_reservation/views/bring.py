"""What do I have to bring? A few questions before or after booking, without anybody's name."""

from dataclasses import replace
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from madoguchi import clock
from madoguchi.web.access import public
from plugins.card_reservation.declarations import bringing as questions
from plugins.card_reservation.forms.wishes import BringForm
from plugins.card_reservation.queries.values import BookingView
from plugins.card_reservation.services import bringing
from plugins.card_reservation.views.owner import for_the_owner, manage_url, owner_of
from plugins.card_reservation.views.progress import keep_progress, read_progress
from plugins.card_reservation.views.screens import see_other, show


@public("questions without anybody's name")
@require_http_methods(["GET", "HEAD", "POST"])
def bring(request: HttpRequest) -> HttpResponse:
    """Ask the questions and show the list; whoever is booking takes it along."""
    now = clock.now()
    form = BringForm(request.POST if request.method == "POST" else None)
    progress = read_progress(request, now=now)
    is_booking = progress.is_open and not progress.done
    back = reverse("booking:check") if is_booking else reverse("booking:identify")
    if request.method != "POST" or not form.is_valid():
        return _ask(request, form, back=back)
    outcome = questions.read(form.answers)
    context = {
        "outcome": outcome,
        "things": bringing.labels(outcome.codes),
        "is_booking": is_booking,
        "go_on": back,
        "back": reverse("booking:bring"),
    }
    response = show(request, "bring_list", context)
    if not is_booking or outcome.advice:
        return response
    return keep_progress(response, replace(progress, bring=outcome.codes), request=request, now=now)


@public("whoever holds the secret link of the mail may make the list")
@require_http_methods(["GET", "HEAD", "POST"])
@for_the_owner
def bring_to(request: HttpRequest, token: str, booking: BookingView, now: datetime) -> HttpResponse:
    """Ask the questions for a booking that stands, and keep the list with it."""
    form = BringForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return _ask(request, form, back=manage_url(token))
    outcome = questions.read(form.answers)
    if not outcome.advice:
        bringing.keep(booking_id=booking.booking_id, codes=outcome.codes, actor=owner_of(booking), now=now)
        return see_other("booking:manage", token, query="?done=bring")
    context = {
        "outcome": outcome,
        "things": bringing.labels(outcome.codes),
        "go_on": manage_url(token),
        "back": reverse("booking:bring_to", args=[token]),
    }
    return show(request, "bring_list", context)


def _ask(request: HttpRequest, form: BringForm, *, back: str) -> HttpResponse:
    return show(request, "bring", {"form": form, "back": back}, status=422 if form.errors else 200)
