"""Booking numbers come from the city's own sequence, a block at a time: no round trip per booking."""

import threading
from collections.abc import Iterator
from uuid import UUID

from django.db import connection

from madoguchi.ledger import vault
from madoguchi.tenancy import current_city
from plugins.card_reservation.rules.numbers import number_of

BLOCK = 64
"""Must equal the INCREMENT of the sequence: see the first migration."""


class NumberBlocks:
    """The blocks that this process took from each city's sequence; what is left at its end stays a gap."""

    def __init__(self) -> None:
        self._left: dict[UUID, Iterator[int]] = {}
        self._guard = threading.Lock()

    def next_position(self) -> int:
        """Take the next position, from a new block when the last one is used up."""
        city = current_city().uuid
        with self._guard:
            position = next(self._left.get(city, iter(())), None)
        if position is not None:
            return position
        first = _take_block()
        with self._guard:
            self._left[city] = iter(range(first + 1, first + BLOCK))
        return first


_BLOCKS = NumberBlocks()


def next_number() -> str:
    """Draw a booking number that this city has not used."""
    key = vault.blind_index(value="key", purpose="card_reservation.number")
    return number_of(_BLOCKS.next_position(), key=key)


def _take_block() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('card_reservation_booking_number')")
        position: int = cursor.fetchone()[0]
    return position
