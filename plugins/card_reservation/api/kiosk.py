"""Terminals in the hall: residents book by themselves, by the rules of residents, and see no counts."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response

from madoguchi import clock
from madoguchi.accounts.sight import eyes_of_person
from madoguchi.errors import Invalid
from madoguchi.hooks.contracts.eyes import Eyes
from madoguchi.ledger.audit.actors import Actor
from madoguchi.web.api.machine import machine_of
from plugins.card_reservation import queries
from plugins.card_reservation.api import kiosk_serializers as shapes
from plugins.card_reservation.api.bookings import NEEDS_KEY
from plugins.card_reservation.api.programs import BookingView, key_of, receipt_content
from plugins.card_reservation.api.serializers import ReceiptSerializer
from plugins.card_reservation.declarations.permissions import SERVE_AT_KIOSK
from plugins.card_reservation.services import booking, joining, kiosks, moving, parties
from plugins.card_reservation.services.refusals import AlreadyBooked
from plugins.card_reservation.services.verification import NotMatched, VerifiedPickup, take_turns


class NumberMissing(Invalid):
    """Whoever left no address agrees by the number of the booking that ends."""

    code = "joins_number_missing"
    message = _("joins_number に、取り消される予約の番号を入れてください。")


class KioskView(BookingView):
    """An address of a terminal: whoever stands before it is the resident, known by nothing but the notice."""

    @property
    def resident(self) -> Actor:
        """Name whoever stands there: somebody at this terminal."""
        machine = machine_of(self.request)
        return Actor(kind="resident", id=str(machine.token_id), name=machine.label)

    @property
    def eyes(self) -> Eyes:
        """Tell how far the terminal sees."""
        return eyes_of_person(self.request.user)

    def own(self, wanted: dict[str, Any]) -> UUID:
        """Find the booking of whoever stands there.

        Raises NotMatched, TooManyGuesses or CannotCheck.
        """
        return kiosks.own_booking(
            number=wanted["number"].upper(),
            reference=wanted["reference"],
            birthday_text=wanted["birthday"],
            visitor=self.visitor,
            eyes=self.eyes,
            now=clock.now(),
        )

    def ensure_place(self, place_id: UUID) -> None:
        """Refuse places beyond the terminal's.

        Raises NotFound.
        """
        if not self.eyes.has_place(place_id):
            raise exceptions.NotFound


class Book(KioskView):
    """A new booking."""

    scopes = {"POST": SERVE_AT_KIOSK}

    @extend_schema(
        parameters=[NEEDS_KEY],
        request=shapes.KioskBookingSerializer,
        responses={201: ReceiptSerializer},
        operation_id="kiosk_book",
    )
    def post(self, request: Request) -> Response:
        """Book for those who stand at the terminal: all of them, or nobody."""
        wanted = self.read(shapes.KioskBookingSerializer, request.data)
        now = clock.now()
        service_id = kiosks.chosen_service(wanted["service"])
        queries.require_slot(slot_id=wanted["slot"], eyes=self.eyes)
        party = self.party(wanted["people"])
        with kiosks.speaking(wanted["language"]):
            kiosks.ensure_agreed(person=party[0], agreed=wanted["agreed"], actor=self.resident, now=now)
            receipt = booking.book(
                request=booking.BookingRequest(
                    slot_id=wanted["slot"],
                    party=party,
                    contact_id=None,
                    key=key_of(request),
                    channel="web",
                    cautions=tuple(wanted["cautions"]),
                    cautions_version=wanted["cautions_version"],
                    service_id=service_id,
                ),
                actor=self.resident,
                now=now,
            )
        return Response(receipt_content(receipt), status=201)


class Own(KioskView):
    """One's own booking."""

    scopes = {"POST": SERVE_AT_KIOSK}

    @extend_schema(
        request=shapes.OwnBookingSerializer,
        responses={200: shapes.OwnViewSerializer},
        operation_id="kiosk_own_booking",
    )
    def post(self, request: Request) -> Response:
        """Show a booking to somebody who knows its number, the notice and the birthday."""
        booking_id = self.own(self.read(shapes.OwnBookingSerializer, request.data))
        found = queries.booking(booking_id=booking_id, now=clock.now(), eyes=self.eyes)
        return Response(shapes.written(shapes.OwnViewSerializer, own_view(found)))


class MoveOwn(KioskView):
    """Another time for one's own booking."""

    scopes = {"POST": SERVE_AT_KIOSK}

    @extend_schema(
        parameters=[NEEDS_KEY],
        request=shapes.KioskMoveSerializer,
        responses={200: ReceiptSerializer},
        operation_id="kiosk_move",
    )
    def post(self, request: Request) -> Response:
        """Move one's own booking; the old time is kept until the new one is held."""
        wanted = self.read(shapes.KioskMoveSerializer, request.data)
        queries.require_slot(slot_id=wanted["slot"], eyes=self.eyes)
        receipt = moving.move(
            booking_id=self.own(wanted),
            slot_id=wanted["slot"],
            key=key_of(request),
            actor=self.resident,
            now=clock.now(),
        )
        return Response(receipt_content(receipt))


class CancelOwn(KioskView):
    """The end of one's own booking."""

    scopes = {"POST": SERVE_AT_KIOSK}

    @extend_schema(
        request=shapes.OwnBookingSerializer,
        responses={200: ReceiptSerializer},
        operation_id="kiosk_cancel",
    )
    def post(self, request: Request) -> Response:
        """Cancel one's own booking; a second time finds nobody any more."""
        booking_id = self.own(self.read(shapes.OwnBookingSerializer, request.data))
        receipt = moving.cancel(booking_id=booking_id, actor=self.resident, now=clock.now())
        return Response(receipt_content(receipt))


class JoinOwn(KioskView):
    """One person more."""

    scopes = {"POST": SERVE_AT_KIOSK}

    @extend_schema(
        request=shapes.KioskJoinSerializer,
        responses={200: ReceiptSerializer},
        operation_id="kiosk_join",
    )
    def post(self, request: Request) -> Response:
        """Let one more person come along; with ``merge`` also somebody whose own booking then ends."""
        wanted = self.read(shapes.KioskJoinSerializer, request.data)
        take_turns(references=[wanted["reference"], wanted["joins"]["reference"]])
        booking_id, now = self.own(wanted), clock.now()
        person = self.verified(wanted["joins"])
        if wanted["merge"] and queries.standing_booking_of(pickup=person.pickup) is not None:
            joining.ensure_in_sight(pickup=person.pickup, eyes=self.eyes)
            self._ensure_agreed(booking_id, person, wanted["joins_number"])
            receipt = parties.merge(booking_id=booking_id, pickup=person.pickup, actor=self.resident, now=now)
        else:
            receipt = parties.add(booking_id=booking_id, person=person, actor=self.resident, now=now)
        return Response(receipt_content(receipt))

    def _ensure_agreed(self, booking_id: UUID, person: VerifiedPickup, number: str) -> None:
        """End nobody's visit behind their back: its number proves that they stand here, too.

        Raises AlreadyBooked, NumberMissing or NotMatched.
        """
        way = joining.way_to_agree(booking_id=booking_id, pickup=person.pickup)
        # Whose visit has an address of its own is asked by a mail, which a terminal does not send.
        if way is joining.Way.BY_MAIL:
            raise AlreadyBooked
        if way is joining.Way.BY_NUMBER:
            typed = number.upper().replace("-", "")
            if not typed:
                raise NumberMissing
            if not joining.has_number(person=person, number=typed, now=clock.now()):
                raise NotMatched


class LeaveOwn(KioskView):
    """One person less."""

    scopes = {"POST": SERVE_AT_KIOSK}

    @extend_schema(
        request=shapes.KioskLeaveSerializer,
        responses={200: ReceiptSerializer},
        operation_id="kiosk_leave",
    )
    def post(self, request: Request) -> Response:
        """Let one person of one's own booking stay at home; the last one cancels instead."""
        wanted = self.read(shapes.KioskLeaveSerializer, request.data)
        take_turns(references=[wanted["reference"], wanted["leaves"]["reference"]])
        booking_id = self.own(wanted)
        person = self.verified(wanted["leaves"])
        receipt = parties.remove(
            booking_id=booking_id, pickup=person.pickup, actor=self.resident, now=clock.now()
        )
        return Response(receipt_content(receipt))


def own_view(found: queries.BookingView) -> dict[str, Any]:
    """Write a booking as its owner sees it at a terminal."""
    return {
        "number": found.number,
        "service": queries.code_of(found.service_id),
        "place": found.place_id,
        "starts_at": found.starts_at,
        "ends_at": found.ends_at,
        "party_size": found.party_size,
        "status": found.status,
        "is_changeable": found.is_changeable,
    }
