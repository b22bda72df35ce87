"""What bookings tell about a card: a fact beside it, not a state."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from madoguchi import clock
from madoguchi.hooks.contracts.bookings import BookingEvent, PickupPartyChanged, VisitMarked
from madoguchi.ledger.audit.actors import Actor
from plugins.card_management.models import Card
from plugins.card_management.rules.life_cycle import WAITING


def note_booked(*, event: BookingEvent, key: UUID, actor: Actor, now: datetime) -> None:
    """Note for which visit cards are wanted; the same event again changes nothing."""
    Card.objects.filter(id__in=event.pickups).update(
        reserved_at=event.slot_starts_at,
        wanted_on=clock.local(event.slot_starts_at).date(),
        wanted_site=event.place_id,
        wanted_booking=event.booking_id,
        visit="",
    )


def note_cancelled(*, event: BookingEvent, key: UUID, actor: Actor, now: datetime) -> None:
    """Forget the visit of cards, unless another visit took its place meanwhile."""
    _forget(event.pickups, event.slot_starts_at)


def note_party(*, event: PickupPartyChanged, key: UUID, actor: Actor, now: datetime) -> None:
    """Note who comes now, and forget the visit of whoever stays at home."""
    note_booked(event=event, key=key, actor=actor, now=now)
    _forget(event.left, event.slot_starts_at)


def note_visit(*, event: VisitMarked, key: UUID, actor: Actor, now: datetime) -> None:
    """Note of each card of a party whether somebody came for it; a card handed over keeps its own word."""
    Card.objects.filter(id__in=event.pickups, state__in=WAITING).update(visit=event.visit)


def _forget(pickups: Iterable[UUID], starts_at: datetime) -> None:
    Card.objects.filter(id__in=pickups, reserved_at=starts_at).update(
        reserved_at=None, wanted_on=None, wanted_site=None, wanted_booking=None
    )
