"""The life of a city on the platform as one table of moves."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

FIRST_STATE: Final = "test"


@dataclass(frozen=True)
class Move:
    """One step in the life of a city."""

    name: str
    start: str
    end: str


MOVES: Final[tuple[Move, ...]] = (
    Move("go_live", "test", "active"),
    Move("suspend", "active", "suspended"),
    Move("resume", "suspended", "active"),
    Move("begin_closing", "active", "closing"),
    Move("begin_closing", "suspended", "closing"),
    # A trial that leads nowhere ends like any other city, with its export.
    Move("begin_closing", "test", "closing"),
    Move("close", "closing", "closed"),
)


def find_move(*, start: str, end: str) -> Move | None:
    """Find the step between two states, or nothing when there is none."""
    return next((move for move in MOVES if (move.start, move.end) == (start, end)), None)


def moves_from(state: str) -> tuple[Move, ...]:
    """List the steps that a city in this state can take."""
    return tuple(move for move in MOVES if move.start == state)


def diagram() -> str:
    """Draw the table as the documents show it."""
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    yield "stateDiagram-v2"
    yield f"    [*] --> {FIRST_STATE}"
    for move in MOVES:
        yield f"    {move.start} --> {move.end}: {move.name}"
    ends = {move.end for move in MOVES} - {move.start for move in MOVES}
    yield from (f"    {state} --> [*]" for state in sorted(ends))
