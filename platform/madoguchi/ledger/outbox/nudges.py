"""Wake the relay through Valkey; losing a nudge only means waiting for the next sweep."""

import atexit
import logging
import os
import threading
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
GATHERING_SECONDS = 0.02


class Nudger:
    """One small connection to the broker; after a failure it stays quiet for a moment."""

    def __init__(self, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._client: Valkey | None = None
        self._quiet_until = 0.0

    def nudge(self, *schema_names: str) -> None:
        """Tell the relay that cities have something to deliver; never fails."""
        if self.is_quiet():
            return
        try:
            pipeline = self._connected().pipeline(transaction=False)
            pipeline.rpush(LIST, *schema_names)
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


class NudgingThread:
    """Nudges beside the requests: the first at once, those that follow gathered for a moment.

    The thread starts with the first nudge, asks no database, and is started anew after a fork.
    """

    def __init__(self, nudger: Nudger) -> None:
        self._nudger = nudger
        self.forget()

    def forget(self) -> None:
        """Begin anew in a forked child: its parent has the thread and what waits for it."""
        self._waiting: dict[str, None] = {}
        self._woken = threading.Event()
        self._guard = threading.Lock()
        self._thread: threading.Thread | None = None

    def nudge(self, schema_name: str) -> None:
        """Leave a city for the thread to nudge."""
        with self._guard:
            self._waiting[schema_name] = None
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="nudges", daemon=True)
                self._thread.start()
        self._woken.set()

    def flush(self) -> None:
        """Nudge now for whatever still waits."""
        with self._guard:
            waiting, self._waiting = self._waiting, {}
        if waiting:
            self._nudger.nudge(*waiting)

    def _run(self) -> None:
        while True:
            self._woken.wait()
            self._woken.clear()
            self.flush()
            time.sleep(GATHERING_SECONDS)


_NUDGING = NudgingThread(Nudger())
os.register_at_fork(after_in_child=_NUDGING.forget)
atexit.register(_NUDGING.flush)


def broker(*, read_timeout: float) -> Valkey:
    """Connect to the broker with short timeouts."""
    client: Valkey = Valkey.from_url(
        settings.MADOGUCHI["VALKEY_URL"],
        socket_connect_timeout=TIMEOUT_SECONDS,
        socket_timeout=read_timeout,
        decode_responses=True,
        # What stands there may be anybody's: bytes that are no text must end no process.
        encoding_errors="replace",
    )
    return client


def nudge(schema_name: str) -> None:
    """Tell the relay soon that a city has something to deliver; never fails and never waits."""
    _NUDGING.nudge(schema_name)
