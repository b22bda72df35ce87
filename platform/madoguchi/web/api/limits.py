"""How much a program may ask in a minute; who asks more waits, and is told for how long."""

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.core.cache import cache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

PER_MINUTE: Final = 120
STRANGERS_PER_MINUTE: Final = 30
SECONDS: Final = 60


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left of a minute."""

    limit: int
    used: int
    resets_in: int

    @property
    def is_spent(self) -> bool:
        """Tell whether this request is one too many."""
        return self.used > self.limit

    @property
    def headers(self) -> dict[str, str]:
        """Write the allowance as the headers of an answer."""
        return {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(max(0, self.limit - self.used)),
            "RateLimit-Reset": str(self.resets_in),
        }


def spend(*, name: str, limit: int, now: datetime) -> Allowance:
    """Count one request of somebody in the current minute."""
    second = int(now.timestamp())
    resets_in = SECONDS - second % SECONDS
    return Allowance(limit=limit, used=_count(f"api:{name}:{second // SECONDS}"), resets_in=resets_in)


def _count(key: str) -> int:
    try:
        cache.add(key, 0, timeout=2 * SECONDS)
        return int(cache.incr(key))
    except (RedisError, OSError, ValueError):
        # Losing the cache must not close the API: the token is still looked up in the database.
        logger.warning("no cache: requests of the machine API are not counted")
        return 0
