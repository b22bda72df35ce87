"""What is chosen at a terminal before a booking: the service, the place, who comes, the day and the time."""

from collections.abc import Mapping, Sequence
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from madoguchi import clock
from madoguchi.places import queries as places
from madoguchi.places.queries import PlaceView
from plugins.card_reservation import queries
from plugins.card_reservation.api import kiosk_serializers as shapes
from plugins.card_reservation.api.kiosk import KioskView
from plugins.card_reservation.declarations.permissions import SERVE_AT_KIOSK
from plugins.card_reservation.services import kiosks


class Services(KioskView):
    """What residents come for."""

    scopes = {"GET": SERVE_AT_KIOSK}

    @extend_schema(
        parameters=[shapes.LanguageQuery],
        responses=shapes.KioskServiceListSerializer,
        operation_id="kiosk_services",
    )
    def get(self, request: Request) -> Response:
        """List what residents may book at the places of this terminal, in the chosen language."""
        language = self.read(shapes.LanguageQuery, request.query_params)["language"]
        now = clock.now()
        with kiosks.speaking(language):
            rows = [
                {
                    "code": found.code,
                    "name": found.label(language),
                    "summary": found.summary_in(language),
                    "duration_minutes": found.duration_minutes,
                    "what_to_bring": [str(line) for line in queries.cautions(found.id).documents],
                    "largest_party": queries.largest_party(now=now, service_id=found.id),
                    "is_for_terminals": kiosks.is_for_terminals(found),
                    "refusal": "" if kiosks.is_for_terminals(found) else str(kiosks.NotAtTerminals.message),
                }
                for found in kiosks.services_of_residents(eyes=self.eyes, now=now)
            ]
        return Response(shapes.written(shapes.KioskServiceListSerializer, {"results": rows}))


class Places(KioskView):
    """The places."""

    scopes = {"GET": SERVE_AT_KIOSK}

    @extend_schema(
        parameters=[shapes.ServiceQuery],
        responses=shapes.KioskPlaceListSerializer,
        operation_id="kiosk_places",
    )
    def get(self, request: Request) -> Response:
        """List the places that residents may choose; with a service those that take bookings for it."""
        asked = self.read(shapes.ServiceQuery, request.query_params)
        language = asked["language"]
        found = [place for place in self._offering(asked["service"]) if self.eyes.has_place(place.id)]
        rows = [
            {
                "id": place.id,
                "name": {"en": place.name_en, "ja-easy": place.name_easy}.get(language) or place.name,
                "address": place.address,
                "phone": place.phone,
            }
            for place in found
        ]
        return Response(shapes.written(shapes.KioskPlaceListSerializer, {"results": rows}))

    def _offering(self, code: str) -> Sequence[PlaceView]:
        if not code:
            return places.public_places()
        service_id = kiosks.chosen_service(code)
        return queries.places_offering(audience="resident", now=clock.now(), service_id=service_id)


class Party(KioskView):
    """Who comes together."""

    scopes = {"POST": SERVE_AT_KIOSK}

    @extend_schema(
        request=shapes.KioskPeopleSerializer,
        responses={200: shapes.KioskPartySerializer},
        operation_id="kiosk_party",
    )
    def post(self, request: Request) -> Response:
        """Find everybody who comes along, and give what shows days and times for so many of them.

        Without people nobody asks for another size, or the words of a time would add up to a count.
        """
        wanted = self.read(shapes.KioskPeopleSerializer, request.data)
        now = clock.now()
        service_id = kiosks.chosen_service(wanted["service"])
        kiosks.ensure_fits(people=len(wanted["people"]), service_id=service_id, now=now)
        party = self.party(wanted["people"])
        content = {"party": kiosks.pass_for(party, now=now), "party_size": len(party)}
        return Response(shapes.written(shapes.KioskPartySerializer, content))


class Days(KioskView):
    """The days of a month."""

    scopes = {"GET": SERVE_AT_KIOSK}

    @extend_schema(
        parameters=[shapes.KioskMonthQuery],
        responses=shapes.KioskDayListSerializer,
        operation_id="kiosk_days",
    )
    def get(self, request: Request) -> Response:
        """Say in one word for each day of a month whether this party fits; without one, a single person."""
        asked = self.read(shapes.KioskMonthQuery, request.query_params)
        self.ensure_place(asked["place"])
        year, month = asked["month"]
        found = queries.month(
            place_id=asked["place"],
            year=year,
            month=month,
            party_size=kiosks.size_of(asked["party"], now=clock.now()),
            audience=asking(asked),
            now=clock.now(),
        )
        rows = [{"day": cell.date, "state": cell.state} for week in found.weeks for cell in week if cell]
        return Response(shapes.written(shapes.KioskDayListSerializer, {"results": rows}))


class Times(KioskView):
    """The times of a day."""

    scopes = {"GET": SERVE_AT_KIOSK}

    @extend_schema(
        parameters=[shapes.KioskDayQuery],
        responses=shapes.KioskSlotListSerializer,
        operation_id="kiosk_times",
    )
    def get(self, request: Request) -> Response:
        """Say in one word for each time of a day whether this party fits; without one, a single person."""
        asked = self.read(shapes.KioskDayQuery, request.query_params)
        self.ensure_place(asked["place"])
        found = queries.slots(
            place_id=asked["place"],
            day=asked["day"],
            party_size=kiosks.size_of(asked["party"], now=clock.now()),
            audience=asking(asked),
            now=clock.now(),
        )
        return Response(shapes.written(shapes.KioskSlotListSerializer, {"results": found}))


class Terms(KioskView):
    """What is read and ticked."""

    scopes = {"GET": SERVE_AT_KIOSK}

    @extend_schema(
        parameters=[shapes.ServiceQuery], responses=shapes.KioskTermsSerializer, operation_id="kiosk_terms"
    )
    def get(self, request: Request) -> Response:
        """List what has to be known and agreed to before booking, in the chosen language."""
        asked = self.read(shapes.ServiceQuery, request.query_params)
        language, now = asked["language"], clock.now()
        service_id = kiosks.chosen_service(asked["service"])
        with kiosks.speaking(language):
            cautions = queries.cautions(service_id)
            content = {
                "version": cautions.version,
                "cautions": [
                    {"code": item.code, "title": str(item.title), "text": str(item.text)}
                    for item in cautions.items
                ],
                "documents": [
                    {"code": code, "title": document.title, "url": document.url}
                    for code, document in kiosks.documents(language=language, now=now).items()
                ],
                "what_to_bring": [str(line) for line in cautions.documents],
                "largest_party": queries.largest_party(now=now, service_id=service_id),
            }
        return Response(shapes.written(shapes.KioskTermsSerializer, content))


def asking(asked: Mapping[str, Any]) -> queries.Asking:
    """Read by whose rules and for which service a terminal asks.

    Raises ServiceNotOffered or NotAtTerminals.
    """
    return queries.Asking("resident", kiosks.chosen_service(asked["service"]))
