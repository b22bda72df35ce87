"""What bookings tell about a card: a fact beside it, not a state."""

from datetime import datetime
from uuid import UUID

from madoguchi.hooks.contracts.bookings import BookingEvent, PickupPartyChanged
from madoguchi.ledger.audit.actors import Actor
from plugins.card_management.models import Card


def note_booked(*, event: BookingEvent, key: UUID, actor: Actor, now: datetime) -> None:
    """Note for which visit cards are wanted; the same event again changes nothing."""
    Card.objects.filter(id__in=event.pickups).update(reserved_at=event.slot_starts_at)


def note_cancelled(*, event: BookingEvent, key: UUID, actor: Actor, now: datetime) -> None:
    """Forget the visit of cards, unless another visit took its place meanwhile."""
    Card.objects.filter(id__in=event.pickups, reserved_at=event.slot_starts_at).update(reserved_at=None)


def note_party(*, event: PickupPartyChanged, key: UUID, actor: Actor, now: datetime) -> None:
    """Note who comes now, and forget the visit of whoever stays at home."""
    note_booked(event=event, key=key, actor=actor, now=now)
    stays = Card.objects.filter(id__in=event.left, reserved_at=event.slot_starts_at)
    stays.update(reserved_at=None)
