"""What may be a second old: answers kept in the process, computed once however many ask."""

import threading
import time
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from django.conf import settings

from madoguchi.tenancy import current_city

Answer = TypeVar("Answer")


class Fresh:
    """Answers by key with the moment they end; one thread computes while the others wait for it."""

    def __init__(self, *, largest: int, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._largest = largest
        self._monotonic = monotonic
        self._answers: dict[Hashable, tuple[float, Any]] = {}
        self._locks: dict[Hashable, threading.Lock] = {}
        self._guard = threading.Lock()

    def get(self, key: Hashable, *, seconds: float, compute: Callable[[], Answer]) -> Answer:
        """Give the answer of a key, computed at most once in so many seconds."""
        kept = self._answers.get(key)
        if kept is not None and kept[0] > self._monotonic():
            answer: Answer = kept[1]
            return answer
        with self._lock_of(key):
            kept = self._answers.get(key)
            if kept is not None and kept[0] > self._monotonic():
                waited: Answer = kept[1]
                return waited
            computed = compute()
            self._answers[key] = (self._monotonic() + seconds, computed)
            return computed

    def _lock_of(self, key: Hashable) -> threading.Lock:
        with self._guard:
            if len(self._locks) >= self._largest:
                self._make_room()
            return self._locks.setdefault(key, threading.Lock())

    def _make_room(self) -> None:
        moment = self._monotonic()
        fresh = {key: kept for key, kept in tuple(self._answers.items()) if kept[0] > moment}
        # A rush over more keys than fit begins anew: slower for a moment, and never larger.
        self._answers = fresh if len(fresh) < self._largest else {}
        self._locks = {key: self._locks[key] for key in self._answers if key in self._locks}


ANSWERS = Fresh(largest=5_000)


def remember(
    key: Hashable, compute: Callable[[], Answer], *, times: int = 1, kept_in: Fresh | None = None
) -> Answer:
    """Compute an answer of the current city at most once in the time the settings allow.

    Zero seconds, as in tests, keep nothing.
    """
    seconds = times * float(settings.CALENDAR_MICRO_CACHE_SECONDS)
    if seconds <= 0:
        return compute()
    return (kept_in or ANSWERS).get((current_city().uuid, key), seconds=seconds, compute=compute)
