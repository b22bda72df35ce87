"""Whatever order things happen in, every count stays exact: played by Hypothesis on PostgreSQL."""

from collections.abc import Callable
from datetime import datetime

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from plugins.card_reservation import queries
from plugins.card_reservation.tests.counting import SLOTS, Ground, machine_on

pytestmark = pytest.mark.django_db

# A handful here; tests/fuzz plays thousands of steps.
FEW = settings(
    max_examples=6,
    stateful_step_count=18,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)


def test_no_order_of_acts_makes_a_count_lie(
    free_slots: Callable[[int], list[queries.SlotView]], now: datetime
) -> None:
    ground = Ground(slots=tuple(slot.id for slot in free_slots(SLOTS)), now=now)
    run_state_machine_as_test(machine_on(ground), settings=FEW)
