"""A visit as a file for a calendar: place and time, nothing about the person."""

from datetime import datetime

from django.http import HttpResponse
from django.utils.translation import get_language, gettext as _

from madoguchi.places import queries as places
from madoguchi.tenancy import current_city
from plugins.card_reservation.queries.values import BookingView

LINE_BYTES = 74


def invitation_of(booking: BookingView, *, now: datetime) -> HttpResponse:
    """Write one booking as an iCalendar file."""
    city, place = current_city(), places.place(booking.place_id)
    status = "CANCELLED" if booking.status == "cancelled" else "CONFIRMED"
    lines = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Madoguchi//card_reservation//JA",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{booking.booking_id}@{city.code}.madoguchi",
        f"DTSTAMP:{_moment(now)}",
        f"DTSTART:{_moment(booking.starts_at)}",
        f"DTEND:{_moment(booking.ends_at)}",
        f"STATUS:{status}",
        f"SUMMARY:{_escaped(_('マイナンバーカードの受け取り'))}",
        f"LOCATION:{_escaped(f'{place.label(get_language() or "ja")} {place.address}'.strip())}",
        f"DESCRIPTION:{_escaped(_('予約番号 {number}').format(number=booking.number))}",
        "END:VEVENT",
        "END:VCALENDAR",
    )
    response = HttpResponse(
        "".join(f"{_folded(line)}\r\n" for line in lines), content_type="text/calendar; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="{booking.number}.ics"'
    response["Cache-Control"] = "no-store"
    return response


def _moment(moment: datetime) -> str:
    return f"{moment:%Y%m%dT%H%M%SZ}"


def _escaped(text: str) -> str:
    for sign in ("\\", ";", ","):
        text = text.replace(sign, f"\\{sign}")
    return text.replace("\n", "\\n")


def _folded(line: str) -> str:
    pieces, piece = [], ""
    for sign in line:
        if len((piece + sign).encode()) > LINE_BYTES:
            pieces.append(piece)
            piece = ""
        piece += sign
    return "\r\n ".join([*pieces, piece])
