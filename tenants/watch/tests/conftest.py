"""A fleet of invented sites on this machine, and the cities of the suite on a real server."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from uuid import uuid4

import pytest

from tenants.watch.probing import Target

HEALTHY = b'{"plugins": {"cms": "up", "booking": "up"}}'


@dataclass
class Site:
    """How an invented city answers."""

    status: dict[str, int] = field(default_factory=dict)
    health: bytes = HEALTHY
    seconds: dict[str, float] = field(default_factory=dict)
    is_cut_off: bool = False


@dataclass
class Fleet:
    """Invented cities behind one server, told apart by their host names."""

    port: int
    sites: dict[str, Site] = field(default_factory=dict)
    asked: list[tuple[str, str, float]] = field(default_factory=list)
    most_at_once: int = 0
    at_once: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, name: str, site: Site | None = None) -> Target:
        """Put a city up."""
        self.sites[name] = site or Site()
        self.sites[f"staff.{name}"] = self.sites[name]
        return Target(
            city=uuid4(),
            name=name,
            resident_url=f"http://{name}.localhost:{self.port}",
            staff_url=f"http://staff.{name}.localhost:{self.port}",
            plugins=("cms", "booking"),
        )


class _Server(ThreadingHTTPServer):
    request_queue_size = 1024
    daemon_threads = True


def _handler(fleet: Fleet) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name = self.headers["Host"].partition(".localhost")[0]
            site = fleet.sites[name]
            with fleet.lock:
                fleet.at_once += 1
                fleet.most_at_once = max(fleet.most_at_once, fleet.at_once)
                fleet.asked.append((name, self.path, time.monotonic()))
            time.sleep(site.seconds.get(self.path, 0))
            # Before the answer leaves: whoever has it may ask for the next at once.
            with fleet.lock:
                fleet.at_once -= 1
            with suppress(BrokenPipeError, ConnectionResetError):
                self._answer(site)

        def _answer(self, site: Site) -> None:
            body = site.health if self.path == "/healthz" else b"<h1>ok</h1>" * 100
            self.send_response(site.status.get(self.path, 200))
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[: len(body) // 2] if site.is_cut_off else body)

        def log_message(self, *args: object) -> None:
            pass

    return Handler


@pytest.fixture
def fleet() -> Iterator[Fleet]:
    """A server that stands for as many cities as a test puts up."""
    fleet = Fleet(port=0)
    with _Server(("127.0.0.1", 0), _handler(fleet)) as server:
        fleet.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield fleet
        server.shutdown()


@pytest.fixture
def rush() -> Callable[..., object]:
    """Paces at which a test does not wait for a minute."""
    from tenants.watch.probing import Paces

    def paces(**changed: float) -> Paces:
        return Paces(**{"probe": 0.6, "spread": 0.0, "sweep": 3.0, "at_once": 64, **changed})  # type: ignore[arg-type]

    return paces
