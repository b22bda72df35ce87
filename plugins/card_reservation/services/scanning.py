"""From a number that a reader typed to the bookings it belongs to."""

from datetime import date, datetime
from uuid import UUID

from madoguchi.hooks.contracts.eyes import Eyes
from madoguchi.hooks.contracts.pickups import normalise_reference
from plugins.card_reservation import queries
from plugins.card_reservation.models import Booking
from plugins.card_reservation.queries.values import BoardRow
from plugins.card_reservation.services import references


def bookings_behind(code: str, *, day: date, now: datetime, eyes: Eyes) -> list[UUID]:
    """List the bookings of a number: its own on any day, or those of a notice on one day."""
    wanted = normalise_reference(code)
    numbered = queries.with_number(number=wanted, eyes=eyes)
    if numbered is not None:
        return [numbered]
    rows = queries.day_board(place_id=None, day=day, now=now, eyes=eyes)
    standing = [row for row in rows if row.status != "cancelled" and wanted in references_of(row)]
    if standing:
        return [row.booking_id for row in standing]
    return _with_notice(wanted, day, eyes)


def references_of(row: BoardRow) -> list[str]:
    """List the notice numbers of a booking, as they are compared."""
    return [normalise_reference(person.reference) for person in row.people if person.reference]


def _with_notice(wanted: str, day: date, eyes: Eyes) -> list[UUID]:
    """Look into our own list of notices, where no ledger of cards tells."""
    pickups = references.with_number(reference=wanted)
    found = Booking.objects.filter(people__pickup__in=pickups, people__active=True, slot__day=day)
    if eyes.places is not None:
        found = found.filter(slot__place_id__in=eyes.places)
    return list(found.distinct().values_list("pk", flat=True)[:10])
