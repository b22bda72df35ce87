"""Whether something that every process remembers has changed: a token in Valkey that every change replaces.

A process looks at it at most once a second; without a broker it waits for its memory to grow old.
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
    """One process's memory of the token it saw last of one topic."""

    def __init__(self, *, topic: str = "cities", monotonic: Callable[[], float] = monotonic) -> None:
        self._topic = topic
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
        """Replace the token, so that every process reads anew; never fails."""
        try:
            self._connected().set(self._key, uuid.uuid4().hex)
        except (ValkeyError, OSError):
            logger.warning("other processes see the change of %s when their memory grows old", self._topic)

    @property
    def _key(self) -> str:
        # One broker may serve more than one installation.
        return f"madoguchi:{self._topic}:{settings.MADOGUCHI['ROLE_PREFIX']}"

    def _look(self) -> str | None:
        try:
            found: str | None = self._connected().get(self._key)  # type: ignore[assignment]
        except (ValkeyError, OSError):
            self._next_look = self._monotonic() + PAUSE_SECONDS
            return self._token
        return found

    def _connected(self) -> Valkey:
        if self._client is None:
            self._client = broker(read_timeout=TIMEOUT_SECONDS)
        return self._client
