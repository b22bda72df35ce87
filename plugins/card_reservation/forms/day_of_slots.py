"""The table on which a day's slots are changed: as it stands, or as it was typed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.http import QueryDict

from plugins.card_reservation.services.capacities import LARGEST, SlotRow, Wish

# Python refuses to read a number of thousands of digits.
MOST_DIGITS = 6
CLOSE, CAPACITY = "close", "capacity"


@dataclass(frozen=True, slots=True)
class Line:
    """One slot of the table."""

    row: SlotRow
    typed: str
    is_open: bool

    @property
    def is_fixed(self) -> bool:
        """Tell whether nobody can change the slot any more."""
        return self.row.is_past or self.row.is_outside

    @property
    def is_wrong(self) -> bool:
        """Tell whether the capacity is no number that a slot can have."""
        return not _is_capacity(self.typed)


@dataclass(frozen=True, slots=True)
class DayTable:
    """All slots of a day, and the one capacity for all of them where somebody typed it."""

    lines: tuple[Line, ...]
    every: str = ""
    every_is_wrong: bool = False

    @property
    def is_wrong(self) -> bool:
        """Tell whether something was typed that cannot be read."""
        return self.every_is_wrong or any(line.is_wrong for line in self.lines)

    def wishes(self) -> Mapping[UUID, Wish]:
        """Give what each slot shall be."""
        return {line.row.id: Wish(capacity=int(line.typed), is_open=line.is_open) for line in self.lines}


def stored(rows: Sequence[SlotRow]) -> DayTable:
    """Show the slots as they stand."""
    return DayTable(tuple(Line(row, str(row.capacity), row.is_open) for row in rows))


def read(rows: Sequence[SlotRow], sent: QueryDict) -> DayTable:
    """Read the table; `all` sets every capacity or closes every slot of the day."""
    everything, every = sent.get("all", ""), sent.get("every", "").strip()
    if everything == CLOSE:
        return DayTable(tuple(Line(row, str(row.capacity), is_open=False) for row in rows))
    if everything == CAPACITY and _is_capacity(every):
        return DayTable(tuple(Line(row, every, row.is_open) for row in rows), every)
    opened = set(sent.getlist("open"))
    lines = (
        Line(row, sent.get(f"capacity-{row.id}", str(row.capacity)).strip(), str(row.id) in opened)
        for row in rows
    )
    return DayTable(tuple(lines), every, every_is_wrong=everything == CAPACITY)


def _is_capacity(typed: str) -> bool:
    return typed.isdecimal() and len(typed) <= MOST_DIGITS and int(typed) <= LARGEST
