"""Tables of the booking, by theme."""

from plugins.card_reservation.models.bookings import Booking, BookingPerson, Caller
from plugins.card_reservation.models.desk import OverCapacity, QueueDisplay, Turn, WithoutNotice
from plugins.card_reservation.models.drafts import ScheduleDraft
from plugins.card_reservation.models.loaded import LoadedBooking
from plugins.card_reservation.models.papers import PaperKit
from plugins.card_reservation.models.references import Reference, VerificationFailure
from plugins.card_reservation.models.residents import (
    BringList,
    VisitReply,
    WaitingEntry,
    WaitingOffer,
    WaitingPerson,
)
from plugins.card_reservation.models.schedule import PlaceRules, Service, Slot

__all__ = [
    "Booking",
    "BookingPerson",
    "BringList",
    "Caller",
    "LoadedBooking",
    "OverCapacity",
    "PaperKit",
    "PlaceRules",
    "QueueDisplay",
    "Reference",
    "ScheduleDraft",
    "Service",
    "Slot",
    "Turn",
    "VerificationFailure",
    "VisitReply",
    "WaitingEntry",
    "WaitingOffer",
    "WaitingPerson",
    "WithoutNotice",
]
