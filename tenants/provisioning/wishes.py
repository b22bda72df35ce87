"""Wake the process that makes cities; losing a nudge only means waiting for its next look."""

import logging
from typing import Any

from valkey.exceptions import ValkeyError

from madoguchi.ledger.outbox.nudges import TIMEOUT_SECONDS, broker

logger = logging.getLogger(__name__)

LIST = "madoguchi:provision:nudges"


def nudge() -> None:
    """Tell the process that somebody wishes for a city; never fails."""
    try:
        client = broker(read_timeout=TIMEOUT_SECONDS)
        client.rpush(LIST, "wish")
        client.ltrim(LIST, -1, -1)
    except (ValkeyError, OSError):
        logger.warning("the process that makes cities could not be nudged: it looks by itself")


def wait_for_nudge(*, seconds: float) -> None:
    """Wait until somebody wishes for a city, or until the time is over.

    Raises ValkeyError or OSError without a broker.
    """
    found: Any = broker(read_timeout=seconds + 2.0).blpop([LIST], timeout=seconds)  # type: ignore[arg-type]
    if found:
        broker(read_timeout=TIMEOUT_SECONDS).delete(LIST)
