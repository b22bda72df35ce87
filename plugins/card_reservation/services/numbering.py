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
    """The numbers that this process took for each city; what is left at its end stays a gap."""

    def __init__(self) -> None:
        self._left: dict[UUID, Iterator[str]] = {}
        self._guard = threading.Lock()

    def next_number(self) -> str:
        """Take the next number, from a new block when the last one is used up."""
        city = current_city().uuid
        with self._guard:
            number = next(self._left.get(city, iter(())), None)
        if number is not None:
            return number
        block = iter(_take_block())
        with self._guard:
            self._left[city] = block
            return next(block)


_BLOCKS = NumberBlocks()


def next_number() -> str:
    """Draw a booking number that this city has not used."""
    return _BLOCKS.next_number()


def _take_block() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('card_reservation_booking_number')")
        first: int = cursor.fetchone()[0]
    key = vault.blind_index(value="key", purpose="card_reservation.number")
    return [number_of(position, key=key) for position in range(first, first + BLOCK)]
