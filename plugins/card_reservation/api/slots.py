"""Services and free times for programs of the city."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response

from madoguchi import clock
from madoguchi.accounts.sight import eyes_of_person
from madoguchi.web.api.views import ApiView
from plugins.card_reservation import queries
from plugins.card_reservation.api.serializers import ServiceListSerializer, SlotListSerializer, SlotQuery
from plugins.card_reservation.declarations.permissions import VIEW


class Services(ApiView):
    """What people come for."""

    scopes = {"GET": VIEW}

    @extend_schema(responses=ServiceListSerializer, operation_id="list_services")
    def get(self, request: Request) -> Response:
        """List the services that staff may book somewhere."""
        rows = [
            {
                "code": found.code,
                "name": found.name,
                "duration_minutes": found.duration_minutes,
                "asks_for_notice": found.asks_for_notice,
                "what_to_bring": [str(line) for line in queries.cautions(found.id).documents],
            }
            for found in queries.services_for(audience="staff")
        ]
        shown: Any = ServiceListSerializer({"results": rows}).data
        return Response(shown)


class Slots(ApiView):
    """The times of a day."""

    scopes = {"GET": VIEW}

    @extend_schema(parameters=[SlotQuery], responses=SlotListSerializer, operation_id="list_slots")
    def get(self, request: Request) -> Response:
        """List the times of a day that staff may book for a party of this size."""
        asked = self.read(SlotQuery, request.query_params)
        if not eyes_of_person(request.user).has_place(asked["place"]):
            raise exceptions.NotFound
        service = queries.offered_service(code=asked["service"], audience="staff")
        found = queries.slots(
            place_id=asked["place"],
            day=asked["day"],
            party_size=asked["party_size"],
            audience=queries.Asking("staff", service.id),
            now=clock.now(),
        )
        shown: Any = SlotListSerializer({"results": found}).data
        return Response(shown)
