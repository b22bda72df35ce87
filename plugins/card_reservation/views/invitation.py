"""A visit as a file for a calendar."""

from datetime import datetime

from django.http import HttpResponse
from django.utils.translation import get_language

from plugins.card_reservation.queries.values import BookingView
from plugins.card_reservation.rules.calendar_file import calendar_file
from plugins.card_reservation.services.letters import visit_of


def invitation_of(booking: BookingView, *, now: datetime) -> HttpResponse:
    """Hand out one booking as an iCalendar file."""
    visit = visit_of(booking_id=booking.booking_id, language=get_language() or "ja", now=now)
    content_type = f"text/calendar; charset=utf-8; method={visit.method}"
    response = HttpResponse(calendar_file(visit), content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{booking.number}.ics"'
    response["Cache-Control"] = "no-store"
    return response
