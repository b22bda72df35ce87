"""Whose telephone this is: asked by card_management for one box that finds cards."""

from uuid import UUID

from madoguchi.hooks.contracts.eyes import Eyes
from plugins.card_reservation.declarations.permissions import CALLER_PHONE
from plugins.card_reservation.models import Caller
from plugins.card_reservation.queries.of_pickups import booked_in
from plugins.card_reservation.queries.personal_data import eyes_here
from plugins.card_reservation.services.callers import callers_of


def pickups_of_caller(*, phone: str, eyes: Eyes) -> tuple[UUID, ...]:
    """Find pick-ups by digits of the telephone of whoever booked: whoever asks records the reading."""
    sight = eyes_here(eyes)
    if not phone or sight.is_masked(CALLER_PHONE):
        return ()
    called = list(Caller.objects.values_list("booking_id", flat=True))
    fitting = [
        booking
        for booking, caller in callers_of(booking_ids=called, eyes=sight).items()
        if phone in "".join(sign for sign in caller.phone if sign.isdigit())
    ]
    return booked_in(bookings=fitting, eyes=eyes)
