"""Who comes together, for programs: find a booking by its number, let relatives join or stay at home."""

from functools import partial
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from madoguchi import clock
from madoguchi.accounts.sight import eyes_of_person
from plugins.card_reservation import queries
from plugins.card_reservation.api.bookings import content_of, shown_to
from plugins.card_reservation.api.programs import BookingView, receipt_content
from plugins.card_reservation.api.serializers import (
    BookingSerializer,
    NewPersonSerializer,
    NumberQuery,
    PersonKeySerializer,
    ReceiptSerializer,
)
from plugins.card_reservation.declarations.permissions import BOOK, VIEW
from plugins.card_reservation.services import joining, parties


class Find(BookingView):
    """The booking of a number."""

    scopes = {"GET": VIEW}

    @extend_schema(parameters=[NumberQuery], responses=BookingSerializer, operation_id="find_booking")
    def get(self, request: Request) -> Response:
        """Find a booking by its number, whatever its day."""
        asked = self.read(NumberQuery, request.query_params)
        eyes = eyes_of_person(request.user)
        found = queries.with_number(number=asked["number"].upper(), eyes=eyes)
        if found is None:
            raise queries.BookingNotFound
        return Response(shown_to(self.actor, found, eyes))


class Join(BookingView):
    """One person more."""

    scopes = {"POST": BOOK}

    @extend_schema(request=NewPersonSerializer, responses=ReceiptSerializer, operation_id="join_booking")
    def post(self, request: Request, booking_id: UUID) -> Response:
        """Let one more person come along; a second time changes nothing."""
        wanted = self.read(NewPersonSerializer, request.data)
        eyes, now = eyes_of_person(request.user), clock.now()
        self.ensure_unchanged(request, content_of(booking_id, eyes))
        if wanted["slot"] is not None:
            queries.require_slot(slot_id=wanted["slot"], eyes=eyes)
        person = self.verified(wanted)
        join = partial(parties.add, booking_id=booking_id, person=person, slot_id=wanted["slot"])
        # At another time everybody's card has to be there.
        newcomer = (person.pickup,) if wanted["slot"] is None else None
        if wanted["merge"] and queries.standing_booking_of(pickup=person.pickup) is not None:
            joining.ensure_in_sight(pickup=person.pickup, eyes=eyes)
            join = partial(parties.merge, booking_id=booking_id, pickup=person.pickup)
            newcomer = (person.pickup,)
        done = partial(join, actor=self.actor, now=now)
        receipt = self.keep_to_cards(done, pickups=newcomer, in_spite=wanted["in_spite"])
        return Response(receipt_content(receipt))


class Leave(BookingView):
    """One person less."""

    scopes = {"POST": BOOK}

    @extend_schema(request=PersonKeySerializer, responses=ReceiptSerializer, operation_id="leave_booking")
    def post(self, request: Request, booking_id: UUID) -> Response:
        """Let one person of a booking stay at home; the last one cancels instead."""
        wanted = self.read(PersonKeySerializer, request.data)
        self.ensure_unchanged(request, content_of(booking_id, eyes_of_person(request.user)))
        person = self.verified(wanted)
        receipt = parties.remove(
            booking_id=booking_id, pickup=person.pickup, actor=self.actor, now=clock.now()
        )
        return Response(receipt_content(receipt))
