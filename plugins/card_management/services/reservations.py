"""What bookings tell about a card: a fact beside it, not a state."""

from datetime import datetime
from uuid import UUID

from madoguchi.hooks.contracts.bookings import BookingEvent
from madoguchi.ledger.audit.actors import Actor
from plugins.card_management.models import Card


def note_booked(*, event: BookingEvent, key: UUID, actor: Actor, now: datetime) -> None:
    """Note for which visit cards are wanted; the same event again changes nothing."""
    Card.objects.filter(id__in=event.pickups).update(reserved_at=event.slot_starts_at)


def note_cancelled(*, event: BookingEvent, key: UUID, actor: Actor, now: datetime) -> None:
    """Forget the visit of cards, unless another visit took its place meanwhile."""
    Card.objects.filter(id__in=event.pickups, reserved_at=event.slot_starts_at).update(reserved_at=None)
