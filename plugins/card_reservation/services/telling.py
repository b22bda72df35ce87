"""What everybody who hears of a booking is told; staff may take away the tick that residents get a mail."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import TypedDict
from uuid import UUID

from plugins.card_reservation.models import Booking, Slot
from plugins.card_reservation.queries.services import code_of

_IS_TOLD: ContextVar[bool] = ContextVar("card_reservation_is_told", default=True)


def is_told() -> bool:
    """Tell whether the resident gets a mail about what is done now."""
    return _IS_TOLD.get()


class Facts(TypedDict):
    """What every event about a booking says: `BookingEvent`, by the names of its fields."""

    booking_id: UUID
    number: str
    place_id: UUID
    slot_starts_at: datetime
    pickups: tuple[UUID, ...]
    channel: str
    contact_id: UUID | None
    is_told: bool
    service: str


def facts_of(
    booking: Booking, slot: Slot, *, pickups: tuple[UUID, ...], is_told: bool | None = None
) -> Facts:
    """Write what an event says of a visit; whether there is a mail is what staff said, or is given."""
    return {
        "booking_id": booking.pk,
        "number": booking.number,
        "place_id": slot.place_id,
        "slot_starts_at": slot.starts_at,
        "pickups": pickups,
        "channel": booking.channel,
        "contact_id": booking.contact_id,
        "is_told": _IS_TOLD.get() if is_told is None else is_told,
        "service": code_of(slot.service_id),
    }


@contextmanager
def telling(*, is_told: bool) -> Iterator[None]:
    """Do something to bookings with a mail about it or without."""
    token = _IS_TOLD.set(is_told)
    try:
        yield
    finally:
        _IS_TOLD.reset(token)
