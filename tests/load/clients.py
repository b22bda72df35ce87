"""Many browsers at little cost: prepared requests over keep-alive connections, one process per few cores."""

import multiprocessing
import selectors
import socket
import time
from collections import Counter
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

    @property
    def per_second(self) -> float:
        """Tell how many answers came in a second."""
        return sum(self.statuses.values()) / self.seconds

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
    *, address: tuple[str, int], requests: Sequence[bytes], connections: int, processes: int = 2
) -> Outcome:
    """Send every request once over so many connections, and time the whole."""
    ready = multiprocessing.Barrier(processes + 1)
    answers: multiprocessing.Queue[Outcome] = multiprocessing.Queue()
    children = [
        multiprocessing.Process(
            target=_drive_some,
            args=(address, requests[turn::processes], connections // processes, ready, answers),
        )
        for turn in range(processes)
    ]
    for child in children:
        child.start()
    ready.wait()
    started = time.perf_counter()
    parts = [answers.get() for _ in children]
    whole = Outcome(seconds=time.perf_counter() - started)
    for part in parts:
        whole.statuses += part.statuses
        whole.latencies += part.latencies
        whole.bytes_read += part.bytes_read
    for child in children:
        child.join()
    return whole


def _drive_some(
    address: tuple[str, int],
    requests: Sequence[bytes],
    connections: int,
    ready: Barrier,
    answers: "multiprocessing.Queue[Outcome]",
) -> None:
    outcome = Outcome(seconds=0)
    waiting = iter(requests)
    with selectors.DefaultSelector() as selector:
        browsers = [Browser(address) for _ in range(connections)]
        ready.wait()
        for browser in browsers:
            _send_next(browser, waiting, selector, is_new=True)
        while selector.get_map():
            for key, _events in selector.select():
                answer = key.data.receive()
                if answer is not None:
                    _note(outcome, answer)
                    _send_next(key.data, waiting, selector, is_new=False)
    answers.put(outcome)


def _send_next(
    browser: Browser, waiting: "object", selector: selectors.BaseSelector, *, is_new: bool
) -> None:
    request = next(waiting, None)  # type: ignore[call-overload]
    if request is None:
        if not is_new:
            selector.unregister(browser.socket)
        browser.socket.close()
        return
    if is_new:
        selector.register(browser.socket, selectors.EVENT_READ, browser)
    browser.send(request)


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
