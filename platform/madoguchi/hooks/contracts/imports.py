"""What a file format and the exchange tell each other: rows, problems, counts."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol
from uuid import UUID

from madoguchi.hooks.contracts.events import Event


@dataclass(frozen=True, kw_only=True)
class ImportEnded(Event):
    """A worker, or a person, is done with a step of a file: whoever brought it looks where it stands now."""

    kind: ClassVar[str] = "exchange.import_ended"

    import_id: UUID
    has_failed: bool = False


@dataclass(frozen=True, slots=True)
class RowProblem:
    """Why a row cannot be taken in, and what to do; never the personal value itself."""

    column: str
    message: str


@dataclass(frozen=True, slots=True)
class LineProblem:
    """A problem with the line of the file it stands on."""

    line: int
    column: str
    message: str


@dataclass(slots=True)
class Comparison:
    """Rows of a file against what is already there."""

    new: int = 0
    changed: int = 0
    same: int = 0
    namesakes: int = 0
    removed: int = 0
    known: int = 0
    """How many there are before a file that holds everybody; 0 where files bring what is new."""
    awaited: int = 0
    """How many of the changed were waiting for just this: no guard wonders at them."""
    unmatched: int = 0
    ambiguous: int = 0
    problems: list[LineProblem] = field(default_factory=list)
    doubts: list[LineProblem] = field(default_factory=list)
    """Lines that can be read and that somebody should look at."""

    def add(self, other: "Comparison") -> None:
        """Count another part of the same file in."""
        self.new += other.new
        self.changed += other.changed
        self.same += other.same
        self.namesakes += other.namesakes
        self.removed += other.removed
        self.known += other.known
        self.awaited += other.awaited
        self.unmatched += other.unmatched
        self.ambiguous += other.ambiguous
        self.problems += other.problems
        self.doubts += other.doubts


class RowParser(Protocol):
    """Reads the cells of one row, in the order of the format's columns."""

    def __call__(self, cells: Sequence[str], /) -> Any: ...


class RowWriter(Protocol):
    """Compares and writes the rows of one import, chunk by chunk, in the caller's transaction.

    A writer of files that hold everybody also has ``finish(is_applying=…) -> Comparison``, called once after
    the last chunk, which counts or writes who is missing from the file (``removed``, ``known``).
    A writer whose rows set something in motion has ``give_back(actor=…) -> Sequence[str]``, called before
    ``undo``: it takes those moves back and names what somebody has moved on since.
    """

    def compare(self, rows: Sequence[tuple[int, Any]]) -> Comparison:
        """Count what writing these rows would do."""
        ...

    def write(self, rows: Sequence[tuple[int, Any]]) -> Comparison:
        """Write these rows and count what was done."""
        ...

    def undo(self) -> int:
        """Remove what this import created and nobody touched since; tell how many."""
        ...
