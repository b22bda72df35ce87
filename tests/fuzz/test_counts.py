"""Thousands of bookings, moves and changes in every order: the suite plays a handful of them."""

from datetime import datetime

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from madoguchi import clock
from madoguchi.places.models import Place
from plugins.card_reservation import queries
from plugins.card_reservation.services.slots import open_slots
from plugins.card_reservation.tests.counting import SLOTS, Ground, machine_on

pytestmark = [pytest.mark.django_db, pytest.mark.nightly]

MANY = settings(
    max_examples=200, stateful_step_count=50, deadline=None, suppress_health_check=list(HealthCheck)
)


def test_no_order_of_acts_makes_a_count_lie() -> None:
    now: datetime = clock.now()
    open_slots(now=now)
    hall = Place.objects.get(code="main")
    free = queries.nearest_free(place_id=hall.id, after=now, party_size=1, limit=SLOTS, now=now)
    run_state_machine_as_test(
        machine_on(Ground(slots=tuple(slot.id for slot in free), now=now)), settings=MANY
    )
