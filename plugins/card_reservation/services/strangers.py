"""Book for people who have no notice at hand: a key of our own until staff link them to their cards."""

from datetime import datetime
from typing import Final
from uuid import UUID, uuid5

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madoguchi.errors import DomainError
from madoguchi.ledger.audit.actors import Actor
from plugins.card_reservation.models import BookingPerson, WithoutNotice
from plugins.card_reservation.services import booking, callers
from plugins.card_reservation.services.booking import BookingRequest, Receipt
from plugins.card_reservation.services.callers import CallerView
from plugins.card_reservation.services.verification import VerifiedPickup

NO_NUMBER: Final = ""


class NoNoticeAsked(DomainError):
    """Whoever comes for this service has no notice to be known by."""

    code = "service_without_notice"
    message = _("この手続きの予約では、交付通知書を使いません。交付通知書なしの予約として送ってください。")


def party_without_notice(*, key: UUID, size: int) -> tuple[VerifiedPickup, ...]:
    """Give people without a notice keys of their own; the same form sent twice gives the same ones."""
    return tuple(
        VerifiedPickup(pickup=uuid5(key, f"without notice {place}"), reference=NO_NUMBER)
        for place in range(size)
    )


def book(
    *, request: BookingRequest, caller: CallerView, may_be_linked: bool, actor: Actor, now: datetime
) -> Receipt:
    """Book for a party without notices, and keep whom to call back where the city keeps names.

    Raises what booking.book raises.
    """
    with transaction.atomic():
        receipt = booking.book(request=request, actor=actor, now=now)
        if may_be_linked:
            WithoutNotice.objects.bulk_create(
                [
                    WithoutNotice(pickup=person.pickup, booking_id=receipt.booking_id, created_at=now)
                    for person in request.party
                ],
                ignore_conflicts=True,
            )
        callers.note(booking_id=receipt.booking_id, caller=caller, actor=actor, now=now)
    return receipt


def still_unlinked(*, booking_id: UUID) -> tuple[UUID, ...]:
    """List who of a booking has not been linked to a card yet."""
    unlinked = WithoutNotice.objects.filter(booking_id=booking_id).values("pickup")
    people = BookingPerson.objects.filter(booking_id=booking_id, pickup__in=unlinked, active=True)
    return tuple(people.order_by("position").values_list("pickup", flat=True))
