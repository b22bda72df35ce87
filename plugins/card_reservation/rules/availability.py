"""What a resident may know about a slot: one of four words, never a number."""

from enum import StrEnum


class State(StrEnum):
    """How a day or a slot looks to somebody who wants to come with a party."""

    FREE = "free"
    FEW = "few"
    FULL = "full"
    CLOSED = "closed"


def state_of_slot(*, capacity: int, booked: int, party_size: int, few_threshold: int) -> State:
    """Tell how a slot looks to a party of this size."""
    remaining = capacity - booked
    if remaining < party_size:
        return State.FULL
    if remaining <= few_threshold:
        return State.FEW
    return State.FREE


def state_of_day(states: "tuple[State, ...]") -> State:
    """Tell how a day looks: as good as its best slot, closed without any."""
    for state in (State.FREE, State.FEW, State.FULL):
        if state in states:
            return state
    return State.CLOSED
