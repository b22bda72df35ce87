"""The resident site, and beside it what the calendar is compared with."""

import calendar
from datetime import date

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path

from deploy.urls.resident import urlpatterns as resident
from madoguchi.web.access import public

# The work that a page without a counter column does for every visitor (figures.md, calendar).
_AGGREGATION = """
SELECT slot.day, slot.starts_at, slot.capacity - coalesce(sum(booking.party_size), 0)
  FROM card_reservation_slot AS slot
  LEFT JOIN card_reservation_booking AS booking ON booking.slot_id = slot.id AND booking.state = 'active'
 WHERE slot.place_id = %s AND slot.day BETWEEN %s AND %s
 GROUP BY slot.id ORDER BY slot.starts_at
"""
CONSTANT = b"x" * 8_000


@public("a benchmark of this machine alone")
def constant(request: HttpRequest) -> HttpResponse:
    """Answer with bytes that are there already."""
    return HttpResponse(CONSTANT)


@public("a benchmark of this machine alone")
def aggregation(request: HttpRequest) -> HttpResponse:
    """Count every booking of the month and build the page from a string per cell."""
    year, number = (int(part) for part in request.GET["month"].split("-"))
    last = calendar.monthrange(year, number)[1]
    values: list[str | date] = [request.GET["place"], date(year, number, 1), date(year, number, last)]
    with connection.cursor() as cursor:
        cursor.execute(_AGGREGATION, values)
        cells = "".join(
            f"<td class={'full' if free <= 0 else 'few' if free < 3 else 'free'}>{starts_at:%d %H:%M}</td>"
            for _day, starts_at, free in cursor.fetchall()
        )
    return HttpResponse(f"<table>{cells}</table>")


urlpatterns = [path("load/constant/", constant), path("load/aggregation/", aggregation), *resident]
