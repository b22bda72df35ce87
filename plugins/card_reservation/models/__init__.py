"""Tables of the booking, by theme."""

from plugins.card_reservation.models.bookings import Booking, BookingPerson, Caller
from plugins.card_reservation.models.desk import OverCapacity, QueueDisplay, Turn, WithoutNotice
from plugins.card_reservation.models.drafts import ScheduleDraft
from plugins.card_reservation.models.loaded import LoadedBooking
from plugins.card_reservation.models.papers import PaperKit
from plugins.card_reservation.models.patterns import (
    CounterHours,
    Pattern,
    PatternPeriod,
    PatternUse,
    ServiceStop,
)
from plugins.card_reservation.models.references import Reference, VerificationFailure
from plugins.card_reservation.models.residents import (
    BringList,
    VisitReply,
    WaitingEntry,
    WaitingOffer,
    WaitingPerson,
)
from plugins.card_reservation.models.schedule import PICKUP_ID, PlaceRules, Service, ServiceTerms, Slot

__all__ = [
    "PICKUP_ID",
    "Booking",
    "BookingPerson",
    "BringList",
    "Caller",
    "CounterHours",
    "LoadedBooking",
    "OverCapacity",
    "PaperKit",
    "Pattern",
    "PatternPeriod",
    "PatternUse",
    "PlaceRules",
    "QueueDisplay",
    "Reference",
    "ScheduleDraft",
    "Service",
    "ServiceStop",
    "ServiceTerms",
    "Slot",
    "Turn",
    "VerificationFailure",
    "VisitReply",
    "WaitingEntry",
    "WaitingOffer",
    "WaitingPerson",
    "WithoutNotice",
]
