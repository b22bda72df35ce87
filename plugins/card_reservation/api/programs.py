"""What all addresses for bookings share: who a number and a birthday belong to, and times nearby."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from madoguchi import clock
from madoguchi.errors import DomainError, Invalid
from madoguchi.web.api.machine import machine_of
from madoguchi.web.api.views import KEY, ApiView
from plugins.card_reservation.services import presence
from plugins.card_reservation.services.booking import Receipt, SlotRefused
from plugins.card_reservation.services.guesses import TooManyGuesses, Visitor
from plugins.card_reservation.services.verification import NotMatched, VerifiedPickup, take_turns, verify


class KeyMissing(Invalid):
    """A booking that is sent twice without a key would be two bookings."""

    code = "idempotency_key_missing"
    message = _("Idempotency-Key ヘッダーに、要求ごとに新しいUUIDを入れてください。")


class BookingView(ApiView):
    """An address at which people are named by the number of their notice and their birthday."""

    # A program guesses faster than any finger: wrong pairs count, and soon the number is locked.
    counted_refusals: ClassVar[tuple[type[DomainError], ...]] = (NotMatched, TooManyGuesses)

    def handle_exception(self, exc: Exception) -> Response:
        """Name times nearby where one cannot be had, and the day on which a card can be there."""
        answer = super().handle_exception(exc)
        if isinstance(exc, SlotRefused) and isinstance(answer.data, dict):
            answer.data["nearest"] = [
                {
                    "id": str(slot.id),
                    "place": str(slot.place_id),
                    "starts_at": moment(slot.starts_at),
                    "state": slot.state.value,
                }
                for slot in exc.nearest
            ]
        if isinstance(exc, presence.CardNotThere) and isinstance(answer.data, dict):
            day = exc.concern.brought_on
            answer.data["brought_on"] = None if day is None else day.isoformat()
        return answer

    def verified(self, person: Mapping[str, str]) -> VerifiedPickup:
        """Find the card of a number and birthday; wrong ones count against the number and this token.

        Raises NotMatched, TooManyGuesses or CannotCheck.
        """
        return verify(
            reference=person["reference"],
            birthday_text=person["birthday"],
            now=clock.now(),
            visitor=self.visitor,
        )

    def party(self, people: Sequence[Mapping[str, str]]) -> tuple[VerifiedPickup, ...]:
        """Find the cards of everybody who comes along.

        Raises what finding one card raises.
        """
        take_turns(references=[person["reference"] for person in people])
        return tuple(self.verified(person) for person in people)

    def keep_to_cards(
        self, act: Callable[[], Receipt], /, *, in_spite: str, pickups: Sequence[UUID] | None = None
    ) -> Receipt:
        """Do what a program asks where the cards can be there by the day, or where it says why all the same.

        Raises CardNotThere, and whatever the act raises.
        """
        return presence.keep_to(act, pickups=pickups, in_spite=in_spite, actor=self.actor, now=clock.now())

    @property
    def visitor(self) -> Visitor:
        """Name this token as the one who guesses."""
        return Visitor(token=machine_of(self.request).token_id)


def key_of(request: Request) -> UUID:
    """Read the key that makes a repetition harmless.

    Raises KeyMissing.
    """
    try:
        return UUID(request.headers[KEY])
    except (KeyError, ValueError) as missing:
        raise KeyMissing from missing


def receipt_content(receipt: Receipt) -> dict[str, Any]:
    """Write what was booked, moved or cancelled."""
    return {
        "id": str(receipt.booking_id),
        "number": receipt.number,
        "place": str(receipt.place_id),
        "starts_at": moment(receipt.starts_at),
        "party_size": receipt.party_size,
    }


def moment(at: Any) -> Any:
    """Write a moment as every answer does."""
    return serializers.DateTimeField().to_representation(at)
