"""What the pages of this plugin read; everything in ``__all__`` is public."""

from plugins.card_reservation.declarations.cautions import Caution, Cautions
from plugins.card_reservation.models import PICKUP_ID
from plugins.card_reservation.queries.bookings import (
    BookingNotFound,
    booking,
    called,
    day_board,
    describe,
    numbers,
    standing_booking_of,
    still_expected,
    with_number,
)
from plugins.card_reservation.queries.calendar import (
    SlotNotFound,
    day_slots,
    month,
    nearest_free,
    require_slot,
    slot,
    slots,
)
from plugins.card_reservation.queries.health import read_for_health
from plugins.card_reservation.queries.services import (
    ServiceNotFound,
    ServiceNotOffered,
    ServiceView,
    code_of,
    offered_service,
    service,
    service_with_code,
    services_for,
    usual_service,
)
from plugins.card_reservation.queries.staff_month import StaffDayCell, staff_month
from plugins.card_reservation.queries.terms import cautions
from plugins.card_reservation.queries.values import (
    Asking,
    Audience,
    BoardPerson,
    BoardRow,
    BookingView,
    DayCell,
    MonthView,
    SlotView,
    StaffSlotView,
    Window,
)
from plugins.card_reservation.queries.windows import largest_party, places_offering, window

__all__ = [
    "PICKUP_ID",
    "Asking",
    "Audience",
    "BoardPerson",
    "BoardRow",
    "BookingNotFound",
    "BookingView",
    "Caution",
    "Cautions",
    "DayCell",
    "MonthView",
    "ServiceNotFound",
    "ServiceNotOffered",
    "ServiceView",
    "SlotNotFound",
    "SlotView",
    "StaffDayCell",
    "StaffSlotView",
    "Window",
    "booking",
    "called",
    "cautions",
    "code_of",
    "day_board",
    "day_slots",
    "describe",
    "largest_party",
    "month",
    "nearest_free",
    "numbers",
    "offered_service",
    "places_offering",
    "read_for_health",
    "require_slot",
    "service",
    "service_with_code",
    "services_for",
    "slot",
    "slots",
    "staff_month",
    "standing_booking_of",
    "still_expected",
    "usual_service",
    "window",
    "with_number",
]
