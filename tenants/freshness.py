"""Whether the list of cities changed: a token in Valkey that every change replaces.

A process looks at it at most once a second; without a broker it waits for its list to grow old.
"""

import logging
import uuid
from collections.abc import Callable
from threading import Lock
from time import monotonic

from django.conf import settings
from valkey import Valkey
from valkey.exceptions import ValkeyError

from madoguchi.ledger.outbox.nudges import TIMEOUT_SECONDS, broker

logger = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
PAUSE_SECONDS = 5.0


class Freshness:
    """One process's memory of the token it saw last."""

    def __init__(self, *, monotonic: Callable[[], float] = monotonic) -> None:
        self._monotonic = monotonic
        self._lock = Lock()
        self._client: Valkey | None = None
        self._token: str | None = None
        self._next_look = 0.0

    def has_changed(self) -> bool:
        """Tell whether somebody replaced the token since the last look; mostly without looking."""
        if self._monotonic() < self._next_look or not self._lock.acquire(blocking=False):
            return False
        try:
            self._next_look = self._monotonic() + LOOK_SECONDS
            before, self._token = self._token, self._look()
            return before != self._token
        finally:
            self._lock.release()

    def tell(self) -> None:
        """Replace the token, so that every process reads the list anew; never fails."""
        try:
            self._connected().set(_key(), uuid.uuid4().hex)
        except (ValkeyError, OSError):
            logger.warning("other processes see the change when their list of cities grows old")

    def _look(self) -> str | None:
        try:
            found: str | None = self._connected().get(_key())  # type: ignore[assignment]
        except (ValkeyError, OSError):
            self._next_look = self._monotonic() + PAUSE_SECONDS
            return self._token
        return found

    def _connected(self) -> Valkey:
        if self._client is None:
            self._client = broker(read_timeout=TIMEOUT_SECONDS)
        return self._client


def _key() -> str:
    # One broker may serve more than one installation.
    return f"madoguchi:cities:{settings.MADOGUCHI['ROLE_PREFIX']}"
