"""A crowd before the booking: each visitor waits as the page says, books when it is let in, and goes."""

import base64
import contextlib
import heapq
import json
import random
import re
import selectors
import socket
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from tests.load.clients import ENOUGH

HOST = "midori.localhost"
TURN = re.compile(rb"set-cookie: *booking_turn=([^;\r]+)", re.IGNORECASE)
LOCATION = re.compile(rb"location: *([^\r]+)", re.IGNORECASE)
LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
SECONDS = re.compile(rb'data-seconds="(\d+)"|"seconds": *(\d+)')
# One in five has no script and reads the whole page again.
WITHOUT_SCRIPT = 5
# The place of a ticket from before an opening.
EARLY = -1


@dataclass
class Seen:
    """What the crowd saw."""

    statuses: Counter[str] = field(default_factory=Counter)
    latencies: list[float] = field(default_factory=list)
    arrivals: list[tuple[int, float]] = field(default_factory=list)
    """The place in the line and the moment of going in by the site's clock, of each visitor."""
    came_early: list[tuple[int, float]] = field(default_factory=list)
    came_late: list[tuple[int, float]] = field(default_factory=list)
    """Who came before the opening and after it, with the moment, in the order in which the site saw them."""
    places: list[tuple[int, int]] = field(default_factory=list)
    """The place that each visitor had when it went in."""
    in_too_early: int = 0
    longest_away: float = 0.0
    """The longest time between two answers to one visitor, or between the opening and the first answer to
    one that came before it: so long it can be overtaken, for nobody is let in who does not ask."""
    past_the_room: int = 0
    """Visitors who went in while the broker did not answer, and whom nobody counts inside."""
    connection_errors: int = 0
    reconnected: int = 0
    booked: int = 0
    waited: int = 0
    seconds: float = 0.0

    def overtaking_seconds(self) -> float:
        """Tell how much earlier than somebody before it a visitor went in, at the worst."""
        worst, soonest = 0.0, float("inf")
        for _place, moment in sorted(self.arrivals, reverse=True):
            worst = max(worst, moment - soonest)
            soonest = min(soonest, moment)
        return worst


class Visitor:
    """One phone: its address, its ticket and the booking it wants to make."""

    def __init__(self, number: int, booking: bytes) -> None:
        self.number, self.booking = number, booking
        self.address = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
        self.turn = b""
        self.place = 0
        self.next: Callable[[], bytes] = self.first_page
        self.socket: socket.socket | None = None
        self.received = b""
        self.sent_at = 0.0
        self.is_asking = False
        self.has_waited = False
        self.has_come = False
        self.was_early = False
        self.last_moment = 0.0

    def first_page(self) -> bytes:
        """Ask for the first page, or for the place in the line."""
        is_asking = bool(self.turn) and self.number % WITHOUT_SCRIPT != 0
        return self._get(b"/booking/", b"application/json" if is_asking else b"text/html")

    def book(self) -> bytes:
        """Send the last page."""
        head, _, body = self.booking.partition(b"\r\n\r\n")
        return head.replace(b"Cookie: ", b"Cookie: booking_turn=" + self.turn + b"; ") + (
            f"\r\nX-Real-IP: {self.address}\r\n\r\n".encode() + body
        )

    def read_receipt(self, path: bytes) -> Callable[[], bytes]:
        """Ask for the booking number."""
        return lambda: self._get(path, b"text/html")

    def _get(self, path: bytes, accept: bytes) -> bytes:
        cookie = b"Cookie: booking_turn=" + self.turn + b"\r\n" if self.turn else b""
        return (
            b"GET " + path + b" HTTP/1.1\r\nHost: " + HOST.encode() + b"\r\nAccept: " + accept
            + f"\r\nX-Real-IP: {self.address}\r\n".encode() + cookie + b"\r\n"
        )  # fmt: skip


class Crowd:
    """All visitors at once, in one process."""

    def __init__(
        self, *, address: tuple[str, int], bookings: Sequence[bytes], think: float, opens_at: float = 0.0
    ) -> None:
        self._address, self._think, self._opens_at = address, think, opens_at
        self._visitors = [Visitor(number + 1, booking) for number, booking in enumerate(bookings)]
        self._timers: list[tuple[float, int, Visitor]] = []
        self._selector = selectors.DefaultSelector()
        self._left = len(self._visitors)
        self._began = 0.0
        self.seen = Seen()

    def connect(self) -> None:
        """Let every phone open its connection before the window opens."""
        for visitor in self._visitors:
            self._connect(visitor)

    def _connect(self, visitor: Visitor) -> None:
        visitor.socket = socket.create_connection(self._address, timeout=60)
        visitor.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._selector.register(visitor.socket, selectors.EVENT_READ, visitor)

    def run(self, *, coming: Sequence[float], patience: float) -> Seen:
        """Let everybody come after so many seconds, and go on until all have booked or patience ends."""
        self._began = time.perf_counter()
        for visitor, seconds in zip(self._visitors, coming, strict=True):
            self._later(visitor, seconds)
        while self._left and time.perf_counter() - self._began < patience:
            self._send_due()
            pause = self._timers[0][0] - time.perf_counter() if self._timers else 0.05
            for key, _events in self._selector.select(max(0.0, min(pause, 0.05))):
                self._receive(key.data)
        self.seen.seconds = time.perf_counter() - self._began
        for visitor in self._visitors:
            if visitor.socket:
                visitor.socket.close()
        return self.seen

    def _later(self, visitor: Visitor, seconds: float) -> None:
        heapq.heappush(self._timers, (time.perf_counter() + seconds, visitor.number, visitor))

    def _send_due(self) -> None:
        now = time.perf_counter()
        while self._timers and self._timers[0][0] <= now:
            visitor = heapq.heappop(self._timers)[2]
            visitor.sent_at = time.perf_counter()
            self._send(visitor)

    def _send(self, visitor: Visitor) -> None:
        visitor.received, visitor.is_asking = b"", True
        try:
            if visitor.socket is None:
                self._connect(visitor)
            assert visitor.socket
            visitor.socket.sendall(visitor.next())
        except OSError:
            self._lose(visitor)

    def _receive(self, visitor: Visitor) -> None:
        assert visitor.socket
        try:
            piece = visitor.socket.recv(ENOUGH)
        except OSError:
            piece = b""
        if not piece:
            self._closed(visitor)
            return
        visitor.received += piece
        head, found, body = visitor.received.partition(b"\r\n\r\n")
        length = LENGTH.search(head)
        if found and length and len(body) >= int(length[1]):
            visitor.is_asking = False
            self.seen.latencies.append(time.perf_counter() - visitor.sent_at)
            self._answered(visitor, head, body)

    def _closed(self, visitor: Visitor) -> None:
        """Do as a browser does: open an idle connection anew; an answer that breaks off is an error."""
        was_kept = not visitor.received
        self._disconnect(visitor)
        if not visitor.is_asking:
            return
        if was_kept and self.seen.reconnected < len(self._visitors):
            self.seen.reconnected += 1
            self._send(visitor)
        else:
            self._lose(visitor)

    def _disconnect(self, visitor: Visitor) -> None:
        if visitor.socket is not None:
            with contextlib.suppress(KeyError, ValueError):
                self._selector.unregister(visitor.socket)
            visitor.socket.close()
            visitor.socket = None

    def _lose(self, visitor: Visitor) -> None:
        self.seen.connection_errors += 1
        self._end(visitor)

    def _end(self, visitor: Visitor) -> None:
        self._left -= 1
        self._disconnect(visitor)

    def _answered(self, visitor: Visitor, head: bytes, body: bytes) -> None:
        status = head[9:12].decode()
        step = visitor.next.__name__
        self.seen.statuses[f"{step} {status}"] += 1
        if step == "first_page" and status == "200":
            self._at_the_door(visitor, head, body)
        elif step == "book" and status == "303" and (found := LOCATION.search(head)):
            self.seen.booked += 1
            visitor.next = visitor.read_receipt(found[1])
            self._later(visitor, 0)
        else:
            self._end(visitor)

    def _at_the_door(self, visitor: Visitor, head: bytes, body: bytes) -> None:
        found = TURN.search(head)
        if found:
            visitor.turn = found[1]
        moment, visitor.place, is_inside = read_turn(visitor.turn)
        self._note_coming(visitor, moment)
        if is_inside:
            self.seen.past_the_room += visitor.place == 0
            self.seen.in_too_early += visitor.place == EARLY
            self.seen.arrivals.append((visitor.place, moment))
            self.seen.places.append((visitor.number, visitor.place))
            self.seen.waited += visitor.has_waited
            visitor.next = visitor.book
            self._later(visitor, random.uniform(0.5, 1.5) * self._think)
            return
        visitor.has_waited = True
        wait = SECONDS.search(body)
        self._later(visitor, float((wait[1] or wait[2]) if wait else 10))

    def _note_coming(self, visitor: Visitor, moment: float) -> None:
        """Note whether a visitor came before the opening, and how long it was away since."""
        is_early = visitor.place == EARLY
        if not visitor.has_come:
            (self.seen.came_early if is_early else self.seen.came_late).append((visitor.number, moment))
            visitor.has_come = True
        if is_early:
            visitor.was_early = True
            return
        # A lot is no moment: who came early is away from the opening on until it asks for its place.
        since = visitor.last_moment or (self._opens_at if visitor.was_early else moment)
        self.seen.longest_away = max(self.seen.longest_away, moment - since)
        visitor.last_moment = moment


def read_turn(cookie: bytes) -> tuple[float, int, int]:
    """Read when a ticket was written, its place and whether it opens; only the site can change it."""
    body = cookie.partition(b".")[0].strip(b'"')
    moment, (_who, place, is_inside) = json.loads(base64.urlsafe_b64decode(body + b"=" * (-len(body) % 4)))
    return moment, place, is_inside


def bad_answers(statuses: Counter[str]) -> Iterable[tuple[str, int]]:
    """List the answers that nobody should see in a rush."""
    good = {"first_page 200", "book 303", "<lambda> 200"}
    return [(name, count) for name, count in statuses.items() if name not in good]
