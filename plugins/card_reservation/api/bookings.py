"""Bookings for programs of the city: what staff do on the telephone, over the wire."""

from functools import partial
from typing import Any
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from madoguchi import clock
from madoguchi.accounts.sight import eyes_of_person
from madoguchi.hooks.contracts.eyes import Eyes
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import Actor
from madoguchi.residents.services import contact_for
from madoguchi.web.api.paging import page_of
from madoguchi.web.api.views import KEY
from plugins.card_reservation import queries
from plugins.card_reservation.api.programs import BookingView, key_of, moment, receipt_content
from plugins.card_reservation.api.serializers import (
    BookingListSerializer,
    BookingSerializer,
    CallerSerializer,
    DayQuery,
    NewBookingSerializer,
    NewTimeSerializer,
    ReceiptSerializer,
    VisitSerializer,
)
from plugins.card_reservation.declarations.permissions import BOOK, VIEW
from plugins.card_reservation.queries.bookings import BookingNotFound
from plugins.card_reservation.services import booking, moving, strangers, visits
from plugins.card_reservation.services.callers import CallerView

NEEDS_KEY = OpenApiParameter(
    KEY, OpenApiTypes.UUID, OpenApiParameter.HEADER, required=True, description="Makes a repetition harmless."
)


class Bookings(BookingView):
    """The bookings of a day, and a new one."""

    scopes = {"GET": VIEW, "POST": BOOK}

    @extend_schema(parameters=[DayQuery], responses=BookingListSerializer, operation_id="list_bookings")
    def get(self, request: Request) -> Response:
        """List the bookings of a day, at one place or at all."""
        asked = self.read(DayQuery, request.query_params)
        now, eyes = clock.now(), eyes_of_person(request.user)
        # Names are opened for the page alone, not for a whole day of which it is cut.
        keys, following = page_of(
            queries.day_keys(place_id=asked["place"], day=asked["day"], eyes=eyes),
            key=lambda row: (row.starts_at.isoformat(), row.number),
            cursor=asked.get("cursor", ""),
            limit=asked["limit"],
        )
        shown = queries.rows_of(booking_ids=[row.booking_id for row in keys], now=now, eyes=eyes)
        audit.record_read(
            actor=self.actor,
            object_type="card_reservation.booking",
            object_ids=[str(row.booking_id) for row in shown],
            purpose="card_reservation.day_board",
            now=now,
        )
        return Response({"results": [_row(row) for row in shown], "next": following})

    @extend_schema(
        parameters=[NEEDS_KEY],
        request=NewBookingSerializer,
        responses={201: ReceiptSerializer},
        operation_id="book",
    )
    def post(self, request: Request) -> Response:
        """Book for a resident who is on the telephone."""
        wanted = self.read(NewBookingSerializer, request.data)
        now = clock.now()
        service = queries.offered_service(code=wanted["service"], audience="staff")
        if service.id != queries.PICKUP_ID and not service.asks_for_notice:
            raise strangers.NoNoticeAsked(service=service.code)
        queries.require_slot(slot_id=wanted["slot"], eyes=eyes_of_person(request.user))
        party = self.party([wanted, *wanted["family"]])
        email = wanted["email"]
        asked = booking.BookingRequest(
            slot_id=wanted["slot"],
            party=party,
            contact_id=contact_for(email=email, language="ja", now=now) if email else None,
            key=key_of(request),
            channel="phone",
            cautions=queries.cautions(service.id).codes,
            service_id=service.id,
        )
        made = partial(booking.book, request=asked, actor=self.actor, now=now)
        receipt = self.keep_to_cards(made, in_spite=wanted["in_spite"])
        return Response(receipt_content(receipt), status=201)


class WithoutNotice(BookingView):
    """A new booking for people without a notice."""

    scopes = {"POST": BOOK}

    @extend_schema(
        parameters=[NEEDS_KEY],
        request=CallerSerializer,
        responses={201: ReceiptSerializer},
        operation_id="book_without_notice",
    )
    def post(self, request: Request) -> Response:
        """Book for a caller without a notice: a name and a number to call back where the city keeps them."""
        wanted = self.read(CallerSerializer, request.data)
        now, key, email = clock.now(), key_of(request), wanted["email"]
        service = queries.offered_service(code=wanted["service"], audience="staff")
        queries.require_slot(slot_id=wanted["slot"], eyes=eyes_of_person(request.user))
        receipt = strangers.book(
            request=booking.BookingRequest(
                slot_id=wanted["slot"],
                party=strangers.party_without_notice(key=key, size=wanted["party_size"]),
                contact_id=contact_for(email=email, language="ja", now=now) if email else None,
                key=key,
                channel="phone",
                cautions=queries.cautions(service.id).codes,
                service_id=service.id,
            ),
            caller=CallerView(name=wanted["name"], phone=wanted["phone"]),
            may_be_linked=service.asks_for_notice,
            actor=self.actor,
            now=now,
        )
        return Response(receipt_content(receipt), status=201)


class OneBooking(BookingView):
    """One booking."""

    scopes = {"GET": VIEW}

    @extend_schema(responses=BookingSerializer, operation_id="read_booking")
    def get(self, request: Request, booking_id: UUID) -> Response:
        """Show one booking."""
        return Response(shown_to(self.actor, booking_id, eyes_of_person(request.user)))


class Move(BookingView):
    """Another time for a booking."""

    scopes = {"POST": BOOK}

    @extend_schema(
        parameters=[NEEDS_KEY],
        request=NewTimeSerializer,
        responses=ReceiptSerializer,
        operation_id="move_booking",
    )
    def post(self, request: Request, booking_id: UUID) -> Response:
        """Move a booking; the old time is kept until the new one is held."""
        wanted = self.read(NewTimeSerializer, request.data)
        eyes = eyes_of_person(request.user)
        self.ensure_unchanged(request, content_of(booking_id, eyes))
        queries.require_slot(slot_id=wanted["slot"], eyes=eyes)
        moved = partial(
            moving.move,
            booking_id=booking_id,
            slot_id=wanted["slot"],
            key=key_of(request),
            actor=self.actor,
            now=clock.now(),
        )
        receipt = self.keep_to_cards(moved, in_spite=wanted["in_spite"])
        return Response(receipt_content(receipt))


class Cancel(BookingView):
    """The end of a booking."""

    scopes = {"POST": BOOK}

    @extend_schema(request=None, responses=ReceiptSerializer, operation_id="cancel_booking")
    def post(self, request: Request, booking_id: UUID) -> Response:
        """Cancel a booking; a second time changes nothing."""
        self.ensure_unchanged(request, content_of(booking_id, eyes_of_person(request.user)))
        receipt = moving.cancel(booking_id=booking_id, actor=self.actor, now=clock.now())
        return Response(receipt_content(receipt))


class Visit(BookingView):
    """Whether the people of a booking came."""

    scopes = {"PUT": BOOK}

    @extend_schema(request=VisitSerializer, responses=BookingSerializer, operation_id="mark_visit")
    def put(self, request: Request, booking_id: UUID) -> Response:
        """Mark a booking as come or not come, or take the mark back."""
        wanted = self.read(VisitSerializer, request.data)
        eyes = eyes_of_person(request.user)
        self.ensure_unchanged(request, content_of(booking_id, eyes))
        visits.mark(
            booking_id=booking_id, visit=wanted["visit"], actor=self.actor, now=clock.now(), eyes=eyes
        )
        return Response(shown_to(self.actor, booking_id, eyes))


def shown_to(actor: Actor, booking_id: UUID, eyes: Eyes) -> dict[str, Any]:
    """Write one booking for a program, and that it was read.

    Raises BookingNotFound.
    """
    content = content_of(booking_id, eyes)
    audit.record_read(
        actor=actor,
        object_type="card_reservation.booking",
        object_ids=[str(booking_id)],
        purpose="card_reservation.booking_detail",
        now=clock.now(),
    )
    return content


def content_of(booking_id: UUID, eyes: Eyes) -> dict[str, Any]:
    """Write one booking as programs see it.

    Raises BookingNotFound.
    """
    rows = queries.rows_of(booking_ids=[booking_id], now=clock.now(), eyes=eyes)
    if not rows:
        raise BookingNotFound(booking_id=booking_id)
    return _row(rows[0])


def _row(row: queries.BoardRow) -> dict[str, Any]:
    return {
        "id": str(row.booking_id),
        "number": row.number,
        "service": queries.code_of(row.service_id),
        "place": str(row.place_id),
        "starts_at": moment(row.starts_at),
        "ends_at": moment(row.ends_at),
        "party_size": row.party_size,
        "channel": row.channel,
        "status": row.status,
        "visit": row.visit,
        "people": [_person(person) for person in row.people],
    }


def _person(person: queries.BoardPerson) -> dict[str, str]:
    return {"reference": person.reference, "name": person.name, "kana": person.kana}
