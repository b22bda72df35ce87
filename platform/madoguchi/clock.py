"""The only reader of the clock."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

JAPAN = ZoneInfo("Asia/Tokyo")

_frozen: ContextVar[datetime | None] = ContextVar("frozen_clock", default=None)


def now() -> datetime:
    """Read the clock, aware and in UTC."""
    return _frozen.get() or datetime.now(tz=UTC)


def today() -> date:
    """Read the calendar day in Japan."""
    return local(now()).date()


def local(moment: datetime) -> datetime:
    """Show a moment in Japanese time."""
    return moment.astimezone(JAPAN)


@contextmanager
def frozen_at(moment: datetime) -> Iterator[datetime]:
    """Hold the clock of this context at one moment, for tests."""
    token = _frozen.set(moment.astimezone(UTC))
    try:
        yield moment
    finally:
        _frozen.reset(token)
