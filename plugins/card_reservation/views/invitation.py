"""A visit as a file for a calendar."""

from django.http import HttpResponse
from django.utils.translation import get_language

from plugins.card_reservation.queries.values import BookingView
from plugins.card_reservation.services.letters import visit_file


def invitation_of(booking: BookingView) -> HttpResponse:
    """Hand out one booking as an iCalendar file."""
    text = visit_file(booking_id=booking.booking_id, language=get_language() or "ja")
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{booking.number}.ics"'
    response["Cache-Control"] = "no-store"
    return response
