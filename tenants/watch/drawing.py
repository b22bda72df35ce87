"""A day as a strip: one rectangle for each run of minutes, so a quiet day is one of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from tenants.watch.queries import Line
from tenants.watch.rules import MINUTES_A_DAY, State


@dataclass(frozen=True)
class Piece:
    """A rectangle of the strip, in minutes from midnight."""

    state: State
    x: int
    width: int


@dataclass(frozen=True, kw_only=True)
class Strip:
    """A line of the page with its picture."""

    line: Line
    pieces: Sequence[Piece]
    width: int = MINUTES_A_DAY


def draw(line: Line) -> Strip:
    """Draw one plugin's day."""
    return Strip(line=line, pieces=tuple(Piece(run.state, run.start, run.minutes) for run in line.runs))
