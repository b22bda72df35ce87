"""Wake the relay through Valkey; losing a nudge only means waiting for the next sweep."""

import logging
import time
from collections.abc import Callable

from django.conf import settings
from valkey import Valkey
from valkey.exceptions import ValkeyError

logger = logging.getLogger(__name__)

LIST = "madoguchi:outbox:nudges"
LONGEST_LIST = 10_000
TIMEOUT_SECONDS = 0.2
PAUSE_SECONDS = 2.0


class Nudger:
    """One small connection to the broker; after a failure it stays quiet for a moment."""

    def __init__(self, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._client: Valkey | None = None
        self._quiet_until = 0.0

    def nudge(self, schema_name: str) -> None:
        """Tell the relay that a city has something to deliver; never fails."""
        if self.is_quiet():
            return
        try:
            pipeline = self._connected().pipeline(transaction=False)
            pipeline.rpush(LIST, schema_name)
            pipeline.ltrim(LIST, -LONGEST_LIST, -1)
            pipeline.execute()  # type: ignore[no-untyped-call]
        except (ValkeyError, OSError):
            logger.warning("the relay could not be nudged: it will find the event by its sweep")
            self._quiet_until = self._monotonic() + PAUSE_SECONDS

    def is_quiet(self) -> bool:
        """Tell whether a failure was so recent that nobody should wait for another."""
        return self._monotonic() < self._quiet_until

    def _connected(self) -> Valkey:
        if self._client is None:
            self._client = broker(read_timeout=TIMEOUT_SECONDS)
        return self._client


_NUDGER = Nudger()


def broker(*, read_timeout: float) -> Valkey:
    """Connect to the broker with short timeouts."""
    client: Valkey = Valkey.from_url(
        settings.MADOGUCHI["VALKEY_URL"],
        socket_connect_timeout=TIMEOUT_SECONDS,
        socket_timeout=read_timeout,
        decode_responses=True,
    )
    return client


def nudge(schema_name: str) -> None:
    """Tell the relay that a city has something to deliver; never fails."""
    _NUDGER.nudge(schema_name)
