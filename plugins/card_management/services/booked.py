"""Who is booked when: the one place that asks."""

from collections.abc import Sequence
from uuid import UUID

from madoguchi.hooks.contracts.bookings import PickupBooking
from madoguchi.hooks.registry import NobodyAnswers, plugins


def bookings_of(*, cards: Sequence[UUID]) -> Sequence[PickupBooking] | None:
    """List the bookings of some cards, newest first, cancelled ones too; None where nobody keeps bookings."""
    try:
        found: Sequence[PickupBooking] = plugins.ask("bookings_of", pickups=tuple(cards))
    except NobodyAnswers:
        return None
    return found
