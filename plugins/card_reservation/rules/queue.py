"""Who is called next, and what may happen to a number in the queue."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

LATE_AFTER = timedelta(minutes=10)


class Step(StrEnum):
    """What staff do with a number."""

    CALL = "call"
    SERVE = "serve"
    FINISH = "finish"
    MISS = "miss"
    BACK = "back"
    LEAVE = "leave"


MOVES: Final[dict[Step, tuple[frozenset[str], str]]] = {
    Step.CALL: (frozenset({"waiting", "called", "missed"}), "called"),
    Step.SERVE: (frozenset({"waiting", "called", "missed"}), "serving"),
    Step.FINISH: (frozenset({"called", "serving"}), "done"),
    Step.MISS: (frozenset({"called"}), "missed"),
    Step.BACK: (frozenset({"called", "serving", "missed", "left"}), "waiting"),
    Step.LEAVE: (frozenset({"waiting", "missed"}), "left"),
}


@dataclass(frozen=True, slots=True)
class Due:
    """By which moment somebody stands in the queue."""

    at: datetime
    is_late: bool


def due(*, starts_at: datetime | None, arrived_at: datetime) -> Due:
    """Place somebody in the queue: by the booked time, or by when they came where that is long over."""
    if starts_at is None:
        return Due(arrived_at, is_late=False)
    is_late = arrived_at > starts_at + LATE_AFTER
    return Due(arrived_at if is_late else starts_at, is_late=is_late)


def state_after(*, step: Step, state: str) -> str | None:
    """Name the state to which a step leads; None where it cannot be made."""
    before, after = MOVES[step]
    return after if state in before else None


def steps_from(*, state: str) -> tuple[Step, ...]:
    """List what can be done with a number now."""
    return tuple(step for step, (before, _after) in MOVES.items() if state in before)
