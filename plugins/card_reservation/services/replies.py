"""«I come»: an answer to the reminder of one visit, kept beside the booking."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F

from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import Actor
from plugins.card_reservation.models import Booking, VisitReply
from plugins.card_reservation.services.moving import AlreadyCancelled, locked_booking


def say_coming(*, booking_id: UUID, actor: Actor, now: datetime) -> None:
    """Keep that somebody means to come at the time that is booked now; a second time changes nothing.

    Raises BookingNotFound or AlreadyCancelled.
    """
    with transaction.atomic():
        booking = locked_booking(booking_id)
        if booking.state == Booking.State.CANCELLED:
            raise AlreadyCancelled
        starts_at = booking.slot.starts_at
        known = VisitReply.objects.filter(booking=booking, starts_at=starts_at)
        if known.exists():
            return
        VisitReply.objects.update_or_create(
            booking=booking, defaults={"starts_at": starts_at, "answered_at": now}
        )
        audit.record(
            actor=actor,
            action="card_reservation.say_coming",
            object_type="booking",
            object_ids=[str(booking.id)],
            details={"number": booking.number},
            now=now,
        )


def who_comes(*, booking_ids: Iterable[UUID]) -> frozenset[UUID]:
    """Name the bookings whose owners said that they come at the time booked now."""
    found = VisitReply.objects.filter(
        booking_id__in=list(booking_ids), starts_at=F("booking__slot__starts_at")
    )
    return frozenset(found.values_list("booking_id", flat=True))
