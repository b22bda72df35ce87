"""What these tests share: the people and places of a booking, and a whole walk per language."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from madoguchi.hooks.contracts.bookings import PickupBooked
from plugins.card_reservation.tests.conftest import free_slots, hall, now, people
from plugins.card_reservation.tests.stand_ins import People
from plugins.card_reservation.tests.test_letters import hear
from plugins.card_reservation.tests.way import token_in_mail
from tests.words.walk import Walk, walk_the_site, walk_to_a_booking, walk_with_a_booking

__all__ = ["free_slots", "hall", "now", "people"]


@pytest.fixture
def walked(
    people: People, hall: Any, free_slots: Callable[[int], list[Any]], now: datetime
) -> Callable[[str], Walk]:
    """Walk past every page of a language."""

    def walk(language: str) -> Walk:
        walk = Walk(language, people)
        walk_the_site(walk)
        slot, *_between, later = free_slots(6)
        walk_to_a_booking(walk, place_id=hall.id, slot=slot)
        hear(PickupBooked, now)
        walk_with_a_booking(walk, token=token_in_mail("manage"), later=later)
        return walk

    return walk
