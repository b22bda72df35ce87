"""Many browsers at little cost: prepared requests over keep-alive connections, one process per few cores."""

import heapq
import multiprocessing
import queue
import random
import selectors
import socket
import time
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from multiprocessing.synchronize import Barrier

ENOUGH = 65_536


@dataclass
class Outcome:
    """What the browsers saw."""

    seconds: float
    statuses: Counter[int] = field(default_factory=Counter)
    latencies: list[float] = field(default_factory=list)
    bytes_read: int = 0

    def total(self) -> int:
        """Count the answers."""
        return sum(self.statuses.values())

    @property
    def per_second(self) -> float:
        """Tell how many answers came in a second."""
        return self.total() / self.seconds

    def percentile(self, share: float) -> float:
        """Tell within how many milliseconds a share of the answers came."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000


class Browser:
    """One keep-alive connection with at most one request under way."""

    def __init__(self, address: tuple[str, int]) -> None:
        self.socket = socket.create_connection(address)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._received = b""
        self._sent_at = 0.0

    def send(self, request: bytes) -> None:
        """Send a whole request."""
        self._received, self._sent_at = b"", time.perf_counter()
        self.socket.sendall(request)

    def receive(self) -> tuple[int, float, int] | None:
        """Read what is there; give status, seconds and size once the answer is whole."""
        piece = self.socket.recv(ENOUGH)
        if not piece:
            raise ConnectionError("the server closed a keep-alive connection")
        self._received += piece
        head, found, body = self._received.partition(b"\r\n\r\n")
        if not found or len(body) < _length(head):
            return None
        return int(head[9:12]), time.perf_counter() - self._sent_at, len(self._received)


def drive(
    *,
    address: tuple[str, int],
    requests: Sequence[bytes],
    connections: int,
    processes: int = 2,
    pause: float = 0.0,
) -> Outcome:
    """Send every request once over so many connections, and time the whole.

    Whoever reads an answer waits about ``pause`` seconds, half of it at least, before asking again.
    """
    ready = multiprocessing.Barrier(processes + 1)
    answers: multiprocessing.Queue[Outcome] = multiprocessing.Queue()
    children = [
        multiprocessing.Process(
            target=_drive_some,
            args=(address, requests[turn::processes], connections // processes, ready, answers, pause),
        )
        for turn in range(processes)
    ]
    for child in children:
        child.start()
    ready.wait()
    started = time.perf_counter()
    parts = [_next_answer(answers, children) for _ in children]
    whole = Outcome(seconds=time.perf_counter() - started)
    for part in parts:
        whole.statuses += part.statuses
        whole.latencies += part.latencies
        whole.bytes_read += part.bytes_read
    for child in children:
        child.join()
    return whole


def _next_answer(
    answers: "multiprocessing.Queue[Outcome]", children: Sequence[multiprocessing.Process]
) -> Outcome:
    while True:
        try:
            return answers.get(timeout=1)
        except queue.Empty:
            if any(child.exitcode for child in children):
                raise RuntimeError("a process of browsers broke off; it says above why") from None


def _drive_some(
    address: tuple[str, int],
    requests: Sequence[bytes],
    connections: int,
    ready: Barrier,
    answers: "multiprocessing.Queue[Outcome]",
    pause: float,
) -> None:
    outcome = Outcome(seconds=0)
    browsers = [Browser(address) for _ in range(connections)]
    ready.wait()
    with selectors.DefaultSelector() as selector:
        desk = _Desk(selector, deque(requests), pause)
        for browser in browsers:
            selector.register(browser.socket, selectors.EVENT_READ, browser)
            desk.rest(browser)
        while True:
            seconds = desk.send_due()
            # Whoever has nothing left to ask has gone: to wait for nobody would be to wait for ever.
            if not selector.get_map():
                break
            for key, _events in selector.select(seconds):
                answer = key.data.receive()
                if answer is not None:
                    _note(outcome, answer)
                    desk.rest(key.data)
    answers.put(outcome)


@dataclass
class _Desk:
    """Who reads what they were sent, and what is still to be asked."""

    selector: selectors.BaseSelector
    waiting: deque[bytes]
    pause: float
    resting: list[tuple[float, int, Browser]] = field(default_factory=list)

    def rest(self, browser: Browser) -> None:
        """Let somebody read before they ask again."""
        until = time.perf_counter() + self.pause * random.uniform(0.5, 1.5)
        heapq.heappush(self.resting, (until, id(browser), browser))

    def send_due(self) -> float | None:
        """Send for all who have read; tell in how many seconds the next one will have."""
        while self.resting and self.resting[0][0] <= time.perf_counter():
            browser = heapq.heappop(self.resting)[2]
            if self.waiting:
                browser.send(self.waiting.popleft())
            else:
                self.selector.unregister(browser.socket)
                browser.socket.close()
        return max(self.resting[0][0] - time.perf_counter(), 0.0) if self.resting else None


def _note(outcome: Outcome, answer: tuple[int, float, int]) -> None:
    status, seconds, size = answer
    outcome.statuses[status] += 1
    outcome.latencies.append(seconds)
    outcome.bytes_read += size


def _length(head: bytes) -> int:
    lowered = head.lower()
    start = lowered.find(b"content-length:")
    if start < 0:
        return 0
    return int(lowered[start + 15 :].split(b"\r\n", 1)[0])
