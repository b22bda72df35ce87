"""Are the colours of the calendar right while people book? Pages are compared with the rows themselves.

Nobody cancels here, so a day only ever goes from free to few to full: a page is right when it is not behind
what the rows said a moment ago, and not ahead of what they say now.
"""

import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection

import psycopg

# A page may be a second old; the rest is the time of looking, drawing and answering under load.
ALLOWED_SECONDS = 1.5
PAUSE_SECONDS = 0.25
RANKS = {"free": 0, "few": 1, "full": 2}
_SHOWN = re.compile(
    r'class="day day--(\w+)"[^>]*>(?:<span class="vh">[^<]*</span><span class="face"[^>]*>)?'
    r'<span class="d">(\d+)</span>'
)
# Counted from the bookings, not from the counter that the page believes.
_TRUE = """
SELECT extract(day FROM day)::int, min(CASE WHEN free < 1 THEN 2 WHEN free <= 2 THEN 1 ELSE 0 END)
  FROM (SELECT slot.day, slot.capacity - coalesce(sum(booking.party_size), 0) AS free
          FROM card_reservation_slot AS slot
          LEFT JOIN card_reservation_booking AS booking
            ON booking.slot_id = slot.id AND booking.state = 'active'
         GROUP BY slot.id) AS counted
 GROUP BY day
"""

Ranks = Mapping[int, int]


@dataclass
class Seen:
    """What was looked at, and what was not right."""

    pages: int = 0
    changes: int = 0
    behind: int = 0
    ahead: int = 0
    missing: int = 0

    @property
    def wrong(self) -> int:
        """Count the colours that were wrong."""
        return self.behind + self.ahead + self.missing


@dataclass
class Watcher:
    """A visitor who looks at the calendar again and again and knows the rows."""

    address: tuple[str, int]
    request: tuple[str, Mapping[str, str]]
    connect: Callable[[], "psycopg.Connection[tuple[object, ...]]"]
    seen: Seen = field(default_factory=Seen)

    def __enter__(self) -> Seen:
        self._history: list[tuple[float, Ranks]] = []
        self._is_over = threading.Event()
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()
        return self.seen

    def __exit__(self, *_failure: object) -> None:
        self._is_over.set()
        self._thread.join()
        if self._failure is not None:
            raise self._failure

    def _watch(self) -> None:
        try:
            with self.connect() as rows:
                while not self._is_over.wait(PAUSE_SECONDS):
                    self._look(rows)
        except Exception as failure:
            self._failure = failure

    def _look(self, rows: "psycopg.Connection[tuple[object, ...]]") -> None:
        asked_at = time.monotonic()
        shown = self._shown()
        now = _true(rows)
        before = next((told for at, told in reversed(self._history) if at <= asked_at - ALLOWED_SECONDS), {})
        self.seen.pages += 1
        self.seen.missing += len(now.keys() - shown.keys())
        self.seen.behind += sum(shown.get(day, 2) < rank for day, rank in before.items())
        self.seen.ahead += sum(shown.get(day, 0) > rank for day, rank in now.items())
        if self._history:
            self.seen.changes += sum(self._history[-1][1].get(day) != rank for day, rank in now.items())
        self._history.append((asked_at, now))

    def _shown(self) -> Ranks:
        path, headers = self.request
        connection = HTTPConnection(*self.address, timeout=30)
        try:
            connection.request("GET", path, headers=dict(headers))
            page = connection.getresponse().read().decode()
        finally:
            connection.close()
        return {int(day): RANKS[state] for state, day in _SHOWN.findall(page) if state in RANKS}


def _true(rows: "psycopg.Connection[tuple[object, ...]]") -> Ranks:
    return {int(str(day)): int(str(rank)) for day, rank in rows.execute(_TRUE).fetchall()}
