"""Minutes of a day in Japan, the bits that stand for them, and what they add up to.

A day has 1,440 minutes; Japan keeps no summer time. Bit n of byte m is minute 8·m + n, as PostgreSQL
counts the bits of a bytea.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Literal

State = Literal["up", "down", "unknown", "planned"]

MINUTES_A_DAY = 1440
BYTES_A_DAY = MINUTES_A_DAY // 8
NONE = bytes(BYTES_A_DAY)
ALL = b"\xff" * BYTES_A_DAY
JAPAN = timezone(timedelta(hours=9))
# Of several states the worst speaks for all of them.
WORST: tuple[State, ...] = ("down", "unknown", "planned", "up")


@dataclass(frozen=True)
class Day:
    """What is known of one day: which minutes were down and which nobody saw."""

    down: bytes = NONE
    unknown: bytes = ALL
    planned: bytes = NONE

    def state(self, minute: int) -> State:
        """Tell what is known of a minute; announced work speaks first, what nobody saw is never up."""
        if holds(self.planned, minute):
            return "planned"
        if holds(self.unknown, minute):
            return "unknown"
        return "down" if holds(self.down, minute) else "up"

    def seen(self, minute: int, *, is_down: bool) -> "Day":
        """Add what was seen in a minute."""
        return Day(
            down=with_bit(self.down, minute, is_set=is_down),
            unknown=with_bit(self.unknown, minute, is_set=False),
            planned=self.planned,
        )


@dataclass(frozen=True)
class Run:
    """Minutes in a row of one state, from the first up to and without ``end``."""

    state: State
    start: int
    end: int

    @property
    def minutes(self) -> int:
        """How long it lasted."""
        return self.end - self.start


@dataclass(frozen=True)
class Share:
    """What the minutes of a span add up to; unknown ones stand apart and are never up."""

    total: int
    down: int
    unknown: int
    planned: int = 0

    @property
    def watched(self) -> int:
        """How many minutes somebody saw, outside announced work."""
        return self.total - self.unknown - self.planned

    @property
    def thousandths(self) -> int | None:
        """The availability of the minutes that were watched, in thousandths of a percent, rounded down."""
        return None if self.watched <= 0 else (self.watched - self.down) * 100_000 // self.watched

    @property
    def least_thousandths(self) -> int | None:
        """The same with every unknown minute held against us."""
        span = self.total - self.planned
        return None if span <= 0 else (self.watched - self.down) * 100_000 // span

    def __add__(self, other: "Share") -> "Share":
        """Take two spans together."""
        return Share(
            total=self.total + other.total,
            down=self.down + other.down,
            unknown=self.unknown + other.unknown,
            planned=self.planned + other.planned,
        )


NOTHING = Share(total=0, down=0, unknown=0)


def minute_of(moment: datetime) -> tuple[date, int]:
    """Find the day in Japan and the minute of that day."""
    local = moment.astimezone(JAPAN)
    return local.date(), local.hour * 60 + local.minute


def moment_of(day: date, minute: int) -> datetime:
    """Find the instant at which a minute of a day in Japan begins."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=JAPAN)
    return (midnight + timedelta(minutes=minute)).astimezone(UTC)


def clock_face(minute: int) -> str:
    """Write a minute of the day as people read it; the end of the day is 24:00."""
    return f"{minute // 60}:{minute % 60:02}"


def holds(bits: bytes, minute: int) -> bool:
    """Tell whether the bit of a minute is set."""
    return bool(bits[minute >> 3] >> (minute & 7) & 1)


def with_bit(bits: bytes, minute: int, *, is_set: bool) -> bytes:
    """Set or clear the bit of a minute."""
    changed = bytearray(bits)
    mask = 1 << (minute & 7)
    changed[minute >> 3] = changed[minute >> 3] | mask if is_set else changed[minute >> 3] & ~mask
    return bytes(changed)


def share(day: Day, *, since: int = 0, until: int = MINUTES_A_DAY) -> Share:
    """Add up the minutes of a day from ``since`` up to and without ``until``.

    A minute of announced work counts as that and nothing else.
    """
    span = _span(since, until)
    agreed = _number(day.planned) & span
    unknown = _number(day.unknown) & span & ~agreed
    down = _number(day.down) & span & ~agreed & ~unknown
    return Share(
        total=span.bit_count(),
        down=down.bit_count(),
        unknown=unknown.bit_count(),
        planned=agreed.bit_count(),
    )


def planned_minutes(day: date, spans: Iterable[tuple[datetime, datetime]]) -> bytes:
    """Mark the minutes of a day that lie wholly in one of these times: half a minute is not announced."""
    midnight, bits = moment_of(day, 0), 0
    for starts_at, ends_at in spans:
        first = max(0, -((midnight - starts_at) // timedelta(minutes=1)))
        last = min(MINUTES_A_DAY, (ends_at - midnight) // timedelta(minutes=1))
        bits |= _span(first, last) if last > first else 0
    return bits.to_bytes(BYTES_A_DAY, "little")


def runs(day: Day, *, until: int = MINUTES_A_DAY) -> Iterator[Run]:
    """List the minutes before ``until`` as runs of equal state, in order and without a gap."""
    start = 0
    for minute in range(1, until + 1):
        if minute == until or day.state(minute) != day.state(start):
            yield Run(day.state(start), start, minute)
            start = minute


def worst(states: Iterable[State]) -> State:
    """Let the worst of several states speak for all; none at all is unknown."""
    found = set(states)
    return next((state for state in WORST if state in found), "unknown")


def percent(thousandths: int) -> str:
    """Write thousandths of a percent as a percentage with three decimals."""
    return f"{thousandths // 1000}.{thousandths % 1000:03}"


def _span(since: int, until: int) -> int:
    width = max(0, until - since)
    return ((1 << width) - 1) << since


def _number(bits: bytes) -> int:
    return int.from_bytes(bits, "little")
