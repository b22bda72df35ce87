"""Where the current request came from, for every entry it writes."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Origin:
    """The request's own number and the address it came from."""

    request_id: str = ""
    address: str | None = None


_NOWHERE = Origin()
_origin: ContextVar[Origin] = ContextVar("audit_origin", default=_NOWHERE)


def current_origin() -> Origin:
    """Tell where the current request came from; empty outside a request."""
    return _origin.get()


@contextmanager
def originating(*, request_id: str, address: str | None) -> Iterator[None]:
    """Mark everything recorded inside as coming from one request."""
    token = _origin.set(Origin(request_id=request_id, address=address))
    try:
        yield
    finally:
        _origin.reset(token)
