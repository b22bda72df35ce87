"""Whether residents are written to about what happens to their bookings: staff may take the tick away."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_IS_TOLD: ContextVar[bool] = ContextVar("card_reservation_is_told", default=True)


def is_told() -> bool:
    """Tell whether the resident gets a mail about what is done now."""
    return _IS_TOLD.get()


@contextmanager
def telling(*, is_told: bool) -> Iterator[None]:
    """Do something to bookings with a mail about it or without."""
    token = _IS_TOLD.set(is_told)
    try:
        yield
    finally:
        _IS_TOLD.reset(token)
