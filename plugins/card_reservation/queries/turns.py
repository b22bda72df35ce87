"""The queue of one day at one place, for the desk and for the wall."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Case, QuerySet, Value, When

from madoguchi.places.models import Counter
from plugins.card_reservation.models import Turn
from plugins.card_reservation.rules.queue import Step, steps_from

OPEN: Final = ("waiting", "called", "serving")
CALLED_ON_WALL: Final = 8
MISSED_ON_WALL: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnRow:
    """One number in the queue."""

    id: UUID
    number: int
    state: str
    counter: str
    party_size: int
    booking_id: UUID | None
    booking_number: str
    starts_at: datetime | None
    service: str
    is_late: bool
    arrived_at: datetime
    minutes: int
    """How long somebody has waited, or was served."""
    calls: int

    @property
    def steps(self) -> tuple[str, ...]:
        """List what can be done with it."""
        return tuple(step.value for step in steps_from(state=self.state))

    @property
    def may_be_removed(self) -> bool:
        """Tell whether the number can be taken back as if it had never been given."""
        return Step.LEAVE.value in self.steps


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueView:
    """All numbers of a day at a place, by where they stand."""

    waiting: Sequence[TurnRow]
    at_counters: Sequence[TurnRow]
    over: Sequence[TurnRow]

    @property
    def longest(self) -> int:
        """Tell for how many minutes somebody has waited at most."""
        return max((row.minutes for row in self.waiting), default=0)

    @property
    def served(self) -> int:
        """Count who is done."""
        return sum(1 for row in self.over if row.state == "done")

    @property
    def people(self) -> int:
        """Count the people who wait."""
        return sum(row.party_size for row in self.waiting)


@dataclass(frozen=True, slots=True, kw_only=True)
class CalledNumber:
    """A number on the wall and the counter that calls it."""

    number: int
    counter: str
    is_new: bool


def in_order(turns: "QuerySet[Turn]") -> "QuerySet[Turn]":
    """Put numbers in the order in which they are called: whoever booked before whoever just came."""
    came_by_chance = Case(When(booking=None, then=Value(1)), default=Value(0))
    return turns.order_by("due_at", came_by_chance, "number")


def queue(*, place_id: UUID, day: date, now: datetime) -> QueueView:
    """Show the queue of a day at a place."""
    found = Turn.objects.filter(place_id=place_id, day=day).select_related("booking__slot", "service")
    rows = [_row(turn, now) for turn in in_order(found)]
    return QueueView(
        waiting=[row for row in rows if row.state == "waiting"],
        at_counters=sorted(
            (row for row in rows if row.state in ("called", "serving")), key=lambda row: row.counter
        ),
        over=sorted(
            (row for row in rows if row.state in ("done", "missed", "left")),
            key=lambda row: (row.state != "missed", -row.number),
        ),
    )


def checked_in(*, place_id: UUID, day: date) -> frozenset[UUID]:
    """Name the bookings of a day that have a number."""
    found = Turn.objects.filter(place_id=place_id, day=day).exclude(booking=None)
    return frozenset(found.values_list("booking_id", flat=True))


def counters_of(*, place_id: UUID) -> list[str]:
    """Name the counters of a place as they are called."""
    found = Counter.objects.filter(place_id=place_id).order_by("number").values_list("number", "name")
    return [name or str(number) for number, name in found]


def on_the_wall(*, place_id: UUID, day: date, now: datetime) -> tuple[list[CalledNumber], list[int]]:
    """List the numbers that are called now, the newest first, and those that nobody answered."""
    turns = Turn.objects.filter(place_id=place_id, day=day)
    called = turns.filter(state="called").order_by("-called_at")[:CALLED_ON_WALL]
    missed = turns.filter(state="missed").order_by("-called_at")[:MISSED_ON_WALL]
    fresh = now - timedelta(minutes=1)
    numbers = [
        CalledNumber(
            number=turn.number,
            counter=turn.counter,
            is_new=turn.called_at is not None and turn.called_at > fresh,
        )
        for turn in called
    ]
    return numbers, [turn.number for turn in missed]


def _row(turn: Turn, now: datetime) -> TurnRow:
    since = turn.served_at if turn.state == "serving" and turn.served_at else turn.arrived_at
    until = turn.ended_at or now
    return TurnRow(
        id=turn.id,
        number=turn.number,
        state=turn.state,
        counter=turn.counter,
        party_size=turn.party_size,
        booking_id=turn.booking_id,
        booking_number="" if turn.booking is None else turn.booking.number,
        starts_at=None if turn.booking is None else turn.booking.slot.starts_at,
        service="" if turn.service is None else turn.service.name,
        is_late=turn.is_late,
        arrived_at=turn.arrived_at,
        minutes=max(int((until - since).total_seconds() // 60), 0),
        calls=turn.calls,
    )
