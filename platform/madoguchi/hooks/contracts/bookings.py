"""What card_reservation tells: a visit was booked, moved or cancelled."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from madoguchi.hooks.contracts.events import Event


@dataclass(frozen=True, kw_only=True)
class BookingEvent(Event):
    """One visit, by keys only: whoever hears it reads the rest in its own tables."""

    booking_id: UUID
    number: str
    place_id: UUID
    slot_starts_at: datetime
    pickups: tuple[UUID, ...]
    channel: str
    contact_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class PickupBooked(BookingEvent):
    """A visit was booked."""

    kind: ClassVar[str] = "card_reservation.pickup_booked"


@dataclass(frozen=True, kw_only=True)
class PickupMoved(BookingEvent):
    """A visit moved to another slot."""

    kind: ClassVar[str] = "card_reservation.pickup_moved"

    previous_starts_at: datetime


@dataclass(frozen=True, kw_only=True)
class PickupCancelled(BookingEvent):
    """A visit was cancelled and its place is free again."""

    kind: ClassVar[str] = "card_reservation.pickup_cancelled"
