"""One view that runs the booking statement: no session, form, rules, language or layer around it."""

from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.urls import path

from madoguchi.database.prepared import run_prepared
from madoguchi.places.models import Place
from madoguchi.tenancy import City, find_city, in_city
from madoguchi.web.access import public
from plugins.card_reservation.services.booking import BOOK
from tests.load.pgbench import fixed_values


@public("a benchmark of this machine alone")
def book(request: HttpRequest) -> HttpResponse:
    """Book one person into the slot that is named."""
    city, values = _prepared()
    booking, pickup = uuid4(), uuid4()
    drawn = {
        "slot_id": UUID(request.POST["slot"]),
        "key": UUID(request.POST["key"]),
        "booking_id": booking,
        "number": booking.hex[:9],
        "pickups": f"{{{pickup}}}",
        "event_key": str(booking),
        "audit_object_ids": [str(booking), str(pickup)],
    }
    with in_city(city):
        row = run_prepared(BOOK, values | drawn)
    return HttpResponse(status=303 if row is not None else 409, headers={"Content-Length": "0"})


@public("a benchmark of this machine alone")
def awake(request: HttpRequest) -> HttpResponse:
    """Tell that the server answers."""
    return HttpResponse(headers={"Content-Length": "0"})


def _prepared() -> tuple[City, dict[str, object]]:
    if not _PREPARED:
        city = find_city(code="999997")
        with in_city(city):
            _PREPARED.append((city, fixed_values(Place.objects.get(code="main").id)))
    return _PREPARED[0]


_PREPARED: list[tuple[City, dict[str, object]]] = []


urlpatterns = [path("booking/", awake), path("booking/check/", book)]
