"""Marks under which staff's own browser finds the bookings of the people in a file that it never sends.

A mark is made from the number of a notice in two steps. The first is kept with the notice, under a key that
is derived for this alone; the second belongs to one drawing of one page. The browser is given both keys,
computes the marks of the numbers in the file, and puts the names beside the equal ones.
"""

import hmac
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from madoguchi.hooks.contracts.eyes import Eyes
from madoguchi.hooks.contracts.pickups import normalise_reference
from madoguchi.ledger import vault
from plugins.card_reservation.models import Reference
from plugins.card_reservation.queries.bookings import day_board
from plugins.card_reservation.queries.values import BoardPerson, BoardRow

PURPOSE: Final = "card_reservation.overlay"
SALT_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class MarkedRow:
    """One booking with the marks of those who come."""

    row: BoardRow
    marks: Sequence[str]

    @property
    def is_complete(self) -> bool:
        """Tell whether everybody who comes can be found in a file."""
        return len(self.marks) == self.row.party_size


@dataclass(frozen=True, slots=True)
class MarkedDay:
    """The bookings of a day, and what a browser needs to find people among them."""

    key: str
    salt: str
    rows: Sequence[MarkedRow]


def key() -> bytes:
    """Derive the key of the first step: it opens nothing but marks."""
    return vault.blind_index(value="key", purpose=PURPOSE)


def index_of(number: str, *, key: bytes) -> bytes:
    """Compute the first step of a mark."""
    return hmac.digest(key, normalise_reference(number).encode(), "sha256")


def marked_day(*, place_id: UUID | None, day: date, now: datetime, eyes: Eyes) -> MarkedDay:
    """List the standing bookings of a day with marks that fit this one drawing."""
    rows = [
        row for row in day_board(place_id=place_id, day=day, now=now, eyes=eyes) if row.status != "cancelled"
    ]
    first_key, salt = key(), secrets.token_bytes(SALT_BYTES)
    indexes = _indexes([person for row in rows for person in row.people], first_key)
    marked = [
        MarkedRow(
            row=row,
            marks=[
                hmac.digest(salt, indexes[person.pickup], "sha256").hex()
                for person in row.people
                if person.pickup in indexes
            ],
        )
        for row in rows
    ]
    return MarkedDay(key=first_key.hex(), salt=salt.hex(), rows=marked)


def _indexes(people: Sequence[BoardPerson], first_key: bytes) -> Mapping[UUID, bytes]:
    """Find the first step for each person: from our list, or from the ledger that knows the number."""
    listed = Reference.objects.filter(id__in=[person.pickup for person in people])
    kept = listed.exclude(overlay_index=None).values_list("id", "overlay_index")
    found = {pickup: bytes(index or b"") for pickup, index in kept}
    for person in people:
        if person.reference and person.pickup not in found:
            found[person.pickup] = index_of(person.reference, key=first_key)
    return found
