"""How many visitors the city serves at once, and from when on."""

from datetime import date, datetime, time

from madoguchi import clock
from madoguchi.preferences import queries as preferences
from plugins.card_reservation.declarations.settings import BookingSettings
from plugins.card_reservation.queries.fresh import remember

KEPT_TIMES = 30


def most_visitors() -> int:
    """Read how many may be on the booking pages at once."""
    return remember("most_visitors", lambda: _chosen().most_visitors, times=KEPT_TIMES)


def opening() -> datetime | None:
    """Read from which moment on new bookings are taken; nothing where they always are."""
    return remember("opening", _opening, times=KEPT_TIMES)


def _chosen() -> BookingSettings:
    return preferences.current(BookingSettings)


def _opening() -> datetime | None:
    chosen = _chosen()
    if not chosen.opens_on:
        return None
    day, moment = date.fromisoformat(chosen.opens_on), time.fromisoformat(chosen.opens_at or "00:00")
    return datetime.combine(day, moment, tzinfo=clock.JAPAN)
