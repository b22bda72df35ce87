"""How many visitors the city serves at once."""

from madoguchi.preferences import queries as preferences
from plugins.card_reservation.declarations.settings import BookingSettings
from plugins.card_reservation.queries.fresh import remember


def most_visitors() -> int:
    """Read how many may be on the booking pages at once."""
    return remember("most_visitors", lambda: preferences.current(BookingSettings).most_visitors, times=30)
