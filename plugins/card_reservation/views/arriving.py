"""Somebody has come: what staff read about them first."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from madoguchi.hooks.registry import NobodyAnswers, plugins
from plugins.card_reservation.queries import of_pickups


def go_on(request: HttpRequest, *, booking_id: UUID, back: str) -> HttpResponse:
    """Go back to the page, past what somebody wrote down to be read before these people are served."""
    try:
        pickups = of_pickups.who_comes(booking_id=booking_id)
        first: str = plugins.ask("read_before_serving", request=request, pickups=pickups, back=back)
    except NobodyAnswers:
        first = ""
    return redirect(first or back)
