"""People who book while everything dies around them, and press the button again until they are answered."""

import random
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlencode
from uuid import UUID

from tests.faults.scene import HOST

CSRF = "c" * 32
ANSWER_SECONDS = 10
AGAIN_SECONDS = 0.2
THINK_SECONDS = 1.5


@dataclass(frozen=True)
class Attempt:
    """One slot with the key of its form; pressing again sends the same key."""

    slot: UUID
    key: UUID
    cookie: str


@dataclass(frozen=True)
class Visitor:
    """Somebody with an address and a few slots that would do."""

    email: str
    attempts: tuple[Attempt, ...]


@dataclass
class Crowd:
    """Visitors who come one after another through a few browsers at once."""

    port: int
    visitors: list[Visitor]
    # The keys that the site acknowledged, with the address of the visitor.
    acknowledged: dict[UUID, str] = field(default_factory=dict)
    statuses: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._leaving = threading.Event()
        self._browsers: list[threading.Thread] = []

    def come(self, *, browsers: int) -> None:
        """Begin to book with so many browsers."""
        self._browsers = [
            threading.Thread(target=self._browse, args=(turn,), daemon=True) for turn in range(browsers)
        ]
        for browser in self._browsers:
            browser.start()

    def leave(self) -> None:
        """Let nobody new begin; who has begun goes on until answered."""
        self._leaving.set()

    def has_left(self) -> bool:
        """Tell whether everybody who began was answered."""
        return not any(browser.is_alive() for browser in self._browsers)

    def _browse(self, turn: int) -> None:
        chance = random.Random(turn)
        while not self._leaving.is_set():
            with self._lock:
                if not self.visitors:
                    return
                visitor = self.visitors.pop()
            self._book(visitor)
            time.sleep(chance.uniform(0, 2 * THINK_SECONDS))

    def _book(self, visitor: Visitor) -> None:
        for attempt in visitor.attempts:
            answer = self._press_until_answered(attempt)
            with self._lock:
                self.statuses[answer] += 1
                if answer == "booked":
                    self.acknowledged[attempt.key] = visitor.email
            if answer != "refused":
                return

    def _press_until_answered(self, attempt: Attempt) -> str:
        while True:
            status, location = self._press(attempt)
            if status == 303 and location.startswith("/booking/done/"):
                return "booked"
            if status == 409:
                return "refused"
            if 0 < status < 500:
                return f"unexpected {status} {location}"
            with self._lock:
                self.statuses["pressed again"] += 1
            time.sleep(AGAIN_SECONDS)

    def _press(self, attempt: Attempt) -> tuple[int, str]:
        """Press the button once; give 0 when no answer came."""
        body = urlencode({"csrfmiddlewaretoken": CSRF, "slot": attempt.slot, "key": attempt.key})
        connection = HTTPConnection("127.0.0.1", self.port, timeout=ANSWER_SECONDS)
        try:
            connection.request(
                "POST",
                "/booking/check/",
                body=body,
                headers={
                    "Host": HOST,
                    "Cookie": f"csrftoken={CSRF}; booking={attempt.cookie}",
                    "Content-Type": "application/x-www-form-urlencoded",
                },
            )
            answer = connection.getresponse()
            return answer.status, answer.getheader("Location", "")
        except (OSError, HTTPException):
            return 0, ""
        finally:
            connection.close()
