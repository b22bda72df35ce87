"""Mailings go slowly to each company that takes mail in, whatever city they come from.

A telephone company that gets too much at once refuses everything for hours, bookings included. What
somebody waits for is never slowed down.
"""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Final

from valkey.exceptions import ValkeyError

from madoguchi.ledger.outbox import nudges
from madoguchi.notifications.carriers import carrier_of

logger = logging.getLogger(__name__)
WINDOW = timedelta(minutes=1)
KEY = "madoguchi:mailings"
TIMEOUT_SECONDS = 0.2
A_MINUTE: Final[Mapping[str, int]] = MappingProxyType({"docomo": 300, "au": 300, "softbank": 300})
"""Mails of mailings a minute; cautious, for the companies publish no numbers."""
OTHERS = 1_200


class TooFast(Exception):
    """This minute's share is used up; ``until`` says when the next begins."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until)
        self.until = until


def ensure_slow(*, email: str, now: datetime) -> None:
    """Take one mail out of this minute's share of whoever takes it in.

    Raises TooFast once the share is used up. Without a broker nothing is counted.
    """
    carrier = carrier_of(email)
    name = carrier.key if carrier else email.rpartition("@")[2].lower()
    minute = int(now.timestamp() // WINDOW.total_seconds())
    if _count(f"{KEY}:{name}:{minute}") > A_MINUTE.get(name, OTHERS):
        raise TooFast(datetime.fromtimestamp((minute + 1) * WINDOW.total_seconds(), tz=now.tzinfo))


def _count(key: str) -> int:
    try:
        pipeline: Any = nudges.broker(read_timeout=TIMEOUT_SECONDS).pipeline(transaction=False)
        pipeline.incr(key)
        pipeline.expire(key, int(WINDOW.total_seconds()) * 2)
        counted: list[int] = pipeline.execute()
    except (ValkeyError, OSError):
        logger.warning("no broker: a mailing is not slowed down")
        return 0
    return counted[0]
