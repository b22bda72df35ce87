"""Whatever order things happen in, every count stays exact: played by Hypothesis on PostgreSQL."""

from collections.abc import Callable
from datetime import datetime

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from plugins.card_reservation import queries
from plugins.card_reservation.services import moving
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


def test_a_seat_that_is_not_given_back_would_be_noticed(
    free_slots: Callable[[int], list[queries.SlotView]], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The positive control: a counter that forgets is found out."""
    monkeypatch.setattr(moving, "shift", lambda slot_id, by: None)
    ground = Ground(slots=tuple(slot.id for slot in free_slots(SLOTS)), now=now)
    with pytest.raises(AssertionError):
        run_state_machine_as_test(machine_on(ground), settings=settings(FEW, max_examples=20))
