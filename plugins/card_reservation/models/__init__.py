"""Tables of the booking, by theme."""

from plugins.card_reservation.models.bookings import Booking, BookingPerson, Caller
from plugins.card_reservation.models.papers import PaperKit
from plugins.card_reservation.models.references import Reference, VerificationFailure
from plugins.card_reservation.models.schedule import PlaceRules, Service, Slot

__all__ = [
    "Booking",
    "BookingPerson",
    "Caller",
    "PaperKit",
    "PlaceRules",
    "Reference",
    "Service",
    "Slot",
    "VerificationFailure",
]
