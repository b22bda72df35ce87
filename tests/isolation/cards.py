"""What stands in a city's ledger of cards beside the cards themselves: a function for each room."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from tests.isolation.cards_forms import furnish_forms
from tests.isolation.cards_handover import furnish_handover
from tests.isolation.cards_intake import furnish_intake
from tests.isolation.cards_ledger import furnish_ledger
from tests.isolation.cards_register import furnish_register
from tests.isolation.cards_scans import furnish_scans
from tests.isolation.cards_shelves import furnish_shelves

Furnish = Callable[[Any, UUID, datetime], None]
FURNISHERS: tuple[Furnish, ...] = (
    furnish_ledger,
    furnish_intake,
    furnish_register,
    furnish_shelves,
    furnish_handover,
    furnish_forms,
    furnish_scans,
)


def furnish_cards(world: Any, *, same: UUID, now: datetime) -> None:
    """Leave one row of each kind behind, and name them in the keys of the world."""
    for furnish in FURNISHERS:
        furnish(world, same, now)
