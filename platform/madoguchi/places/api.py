"""Places and their hours for programs of the city."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.urls import path
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from madoguchi.places import queries
from madoguchi.places.declarations import VIEW
from madoguchi.web.api.views import ApiView
from madoguchi.web.dates import READABLE_YEARS

Form = serializers.Serializer[Any]
MOST_DAYS = 92


class PlaceSerializer(Form):
    """A place as residents see it."""

    id = serializers.UUIDField()
    code = serializers.CharField()
    name = serializers.CharField()
    name_en = serializers.CharField()
    address = serializers.CharField()
    phone = serializers.CharField()
    is_public = serializers.BooleanField()


class PlaceListSerializer(Form):
    """All places."""

    results = PlaceSerializer(many=True)


class HoursQuery(Form):
    """The first and the last day."""

    first = serializers.DateField()
    last = serializers.DateField()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Take three months at most, in years that somebody could mean."""
        first, last = attrs["first"], attrs["last"]
        is_readable = first.year in READABLE_YEARS and last.year in READABLE_YEARS
        if not is_readable or not timedelta(0) <= last - first < timedelta(days=MOST_DAYS):
            wanted = _("first 以後、%(days)s日間までにしてください。年は2000年から2099年までです。")
            raise serializers.ValidationError({"last": wanted % {"days": MOST_DAYS}})
        return attrs


class PeriodSerializer(Form):
    """From when to when a place is open."""

    opens = serializers.TimeField()
    closes = serializers.TimeField()


class OpenDaySerializer(Form):
    """One day on which a place is open."""

    day = serializers.DateField()
    periods = PeriodSerializer(many=True)


class HoursSerializer(Form):
    """The open days; closed ones are left out."""

    results = OpenDaySerializer(many=True)


class Places(ApiView):
    """The places of the city."""

    scopes = {"GET": VIEW}

    @extend_schema(responses=PlaceListSerializer, operation_id="list_places")
    def get(self, request: Request) -> Response:
        """List the places of the city."""
        return Response(PlaceListSerializer({"results": queries.all_places()}).data)


class Hours(ApiView):
    """The hours of a place."""

    scopes = {"GET": VIEW}

    @extend_schema(parameters=[HoursQuery], responses=HoursSerializer, operation_id="list_hours")
    def get(self, request: Request, place_id: UUID) -> Response:
        """List the open hours of a place, day by day."""
        asked = self.read(HoursQuery, request.query_params)
        queries.place(place_id)
        found = queries.opening_hours(place_id=place_id, first=asked["first"], last=asked["last"])
        days = [{"day": day, "periods": periods} for day, periods in found.items()]
        return Response(HoursSerializer({"results": days}).data)


urlpatterns = [
    path("", Places.as_view()),
    path("<uuid:place_id>/hours/", Hours.as_view()),
]
