"""What the pages of this plugin read; everything in ``__all__`` is public."""

from plugins.card_reservation.declarations.cautions import Caution, Cautions, cautions
from plugins.card_reservation.queries.bookings import (
    BookingNotFound,
    booking,
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
from plugins.card_reservation.queries.staff_month import StaffDayCell, staff_month
from plugins.card_reservation.queries.values import (
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
from plugins.card_reservation.queries.windows import largest_party, window

__all__ = [
    "Audience",
    "BoardPerson",
    "BoardRow",
    "BookingNotFound",
    "BookingView",
    "Caution",
    "Cautions",
    "DayCell",
    "MonthView",
    "SlotNotFound",
    "SlotView",
    "StaffDayCell",
    "StaffSlotView",
    "Window",
    "booking",
    "cautions",
    "day_board",
    "day_slots",
    "describe",
    "largest_party",
    "month",
    "nearest_free",
    "numbers",
    "read_for_health",
    "require_slot",
    "slot",
    "slots",
    "staff_month",
    "standing_booking_of",
    "still_expected",
    "window",
    "with_number",
]
