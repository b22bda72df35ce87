"""Whoever comes puts the slip before a reader, and is given a number of the queue."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from madoguchi import clock
from plugins.card_reservation import queries
from plugins.card_reservation.api import kiosk_serializers as shapes
from plugins.card_reservation.api.kiosk import KioskView, own_view
from plugins.card_reservation.declarations.permissions import SERVE_AT_KIOSK
from plugins.card_reservation.services import kiosks, queue


class CheckIn(KioskView):
    """The arrival of a party."""

    scopes = {"POST": SERVE_AT_KIOSK}
    # The counts of numbers that are nobody's outlive the refusal.
    counted_refusals = (*KioskView.counted_refusals, queries.BookingNotFound)

    @extend_schema(
        request=shapes.KioskVisitSerializer,
        responses={200: shapes.TurnSerializer},
        operation_id="kiosk_check_in",
    )
    def post(self, request: Request) -> Response:
        """Put a party into the queue of today; a second time gives the same number."""
        number = self.read(shapes.KioskVisitSerializer, request.data)["number"]
        now = clock.now()
        found = kiosks.booking_to_check_in(
            number=number.upper(), visitor=self.visitor, eyes=self.eyes, now=now
        )
        turn, _mark = queue.check_in(booking_id=found, actor=self.actor, now=now, eyes=self.eyes)
        booked = queries.booking(booking_id=found, now=now, eyes=self.eyes)
        content = {**own_view(booked), "queue_number": turn.number}
        return Response(shapes.written(shapes.TurnSerializer, content))
