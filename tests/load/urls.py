"""The resident site, and beside it what the calendar is compared with."""

import calendar
from collections.abc import Iterable
from datetime import date, datetime

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template import Context, Template
from django.urls import path

from deploy.urls.resident import urlpatterns as resident
from madoguchi import clock
from madoguchi.web.access import public

# The work that a page without a counter column does for every visitor (figures.md, calendar).
_AGGREGATION = """
SELECT slot.day, slot.starts_at, slot.capacity - coalesce(sum(booking.party_size), 0)
  FROM card_reservation_slot AS slot
  LEFT JOIN card_reservation_booking AS booking ON booking.slot_id = slot.id AND booking.state = 'active'
 WHERE slot.place_id = %s AND slot.day BETWEEN %s AND %s
 GROUP BY slot.id ORDER BY slot.starts_at
"""
_LOOP = (
    "<table>{% for day, starts_at, state in cells %}"
    '<td class="{{ state }}">{{ starts_at|jst_time }}</td>{% endfor %}</table>'
)
_BLOCK = b"x" * (1 << 20)

Row = tuple[date, datetime, int]


@public("a benchmark of this machine alone")
def constant(request: HttpRequest) -> HttpResponse:
    """Answer with so many bytes that are there already."""
    return HttpResponse(_BLOCK[: int(request.GET["size"])])


@public("a benchmark of this machine alone")
def loop(request: HttpRequest) -> HttpResponse:
    """Count every booking of the month and let a template loop over its cells."""
    cells = [(day, starts_at, _state(free)) for day, starts_at, free in _counted(request)]
    return HttpResponse(_template().render(Context({"cells": cells})))


@public("a benchmark of this machine alone")
def aggregation(request: HttpRequest) -> HttpResponse:
    """Count every booking of the month and build the page from a string per cell."""
    cells = "".join(
        f"<td class={_state(free)}>{clock.local(starts_at):%d %H:%M}</td>"
        for _day, starts_at, free in _counted(request)
    )
    return HttpResponse(f"<table>{cells}</table>")


def _template() -> Template:
    if not _TEMPLATES:
        _TEMPLATES.append(Template(_LOOP))
    return _TEMPLATES[0]


_TEMPLATES: list[Template] = []


def _counted(request: HttpRequest) -> Iterable[Row]:
    year, number = (int(part) for part in request.GET["month"].split("-"))
    last = calendar.monthrange(year, number)[1]
    values: list[str | date] = [request.GET["place"], date(year, number, 1), date(year, number, last)]
    with connection.cursor() as cursor:
        cursor.execute(_AGGREGATION, values)
        rows: list[Row] = cursor.fetchall()
        return rows


def _state(free: int) -> str:
    return "full" if free <= 0 else "few" if free < 3 else "free"


urlpatterns = [
    path("load/constant/", constant),
    path("load/loop/", loop),
    path("load/aggregation/", aggregation),
    *resident,
]
