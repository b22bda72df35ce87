"""What a booking would need, read without booking anything."""

from datetime import date

from madoguchi.hooks.contracts.eyes import EVERYTHING
from plugins.card_reservation.models import Booking, BookingPerson, PlaceRules, Service, VerificationFailure
from plugins.card_reservation.queries.calendar import day_slots


def read_for_health(*, today: date) -> None:
    """Read today's slots and touch every table that a booking writes to."""
    day_slots(place_id=None, day=today, eyes=EVERYTHING)
    for model in (Service, PlaceRules, Booking, BookingPerson, VerificationFailure):
        model.objects.exists()
