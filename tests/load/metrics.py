"""What counting costs a request, and what a monitor reads at 1,741 cities.

``python -m tests.load.metrics`` prints the size and the time of a scrape and the cost of counting one
answer beside the cheapest answer there is.
"""

import multiprocessing
import os
import sys
import tempfile
import time
from pathlib import Path
from unittest import mock
from uuid import UUID, uuid4

from tests.load.report import Figure, tell, verdict

CITIES = 1_741
PROCESSES = 8
PLUGINS = ("", "cms", "card_management", "card_reservation")
MOST_BYTES = 2 * 1024 * 1024
MOST_SECONDS = 1.0
ANSWERS = 200_000
PAGES = 2_000


def _prepare() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.load.settings")
    django.setup()


def codes() -> list[str]:
    """Name as many cities as Japan has municipalities."""
    return [f"{number:06}" for number in range(10_000, 10_000 + CITIES)]


def serve(folder: Path, together: "multiprocessing.synchronize.Barrier") -> None:
    """Answer for every city, as one process of the web server does."""
    from madoguchi.web.counters import Counters

    counters = Counters(folder)
    for number, city in enumerate(codes()):
        for turn in range(5):
            counters.count(city=city, status=(200, 303, 404, 500, 200)[turn], seconds=0.01 * (number % 500))
    together.wait(60)


def fill(folder: Path) -> None:
    """Let the processes of a web server answer side by side."""
    context = multiprocessing.get_context("fork")
    together = context.Barrier(PROCESSES)
    running = [context.Process(target=serve, args=(folder, together)) for _ in range(PROCESSES)]
    for process in running:
        process.start()
    for process in running:
        process.join()


def scrape(folder: Path) -> tuple[str, float]:
    """Write the page once, with the probes of the whole fleet on it, and say how long that took."""
    from django.conf import settings

    from madoguchi import clock
    from tenants.watch import metrics, queries

    cities = {uuid4(): code for code in codes()}

    class Known:
        def __init__(self, uuid: UUID, code: str) -> None:
            self.uuid, self.code = uuid, code

    states = {uuid: dict.fromkeys(PLUGINS, "up") for uuid in cities}

    known = [Known(uuid, code) for uuid, code in cities.items()]
    with (
        mock.patch.dict(settings.MADOGUCHI, {"METRICS": str(folder)}),
        mock.patch.object(metrics, "each_city", return_value=known),
        mock.patch.object(queries, "fleet_now", return_value=states),
        mock.patch.object(queries, "last_round", return_value=None),
    ):
        begin = time.perf_counter()
        page = metrics.page(now=clock.now())
        return page, time.perf_counter() - begin


def cost_of_counting(folder: Path) -> float:
    """Measure how long one answer takes to be counted, in seconds."""
    from madoguchi.web.counters import Counters

    counters, names = Counters(folder), codes()
    begin = time.perf_counter()
    for number in range(ANSWERS):
        counters.count(city=names[number % CITIES], status=200, seconds=0.02)
    return (time.perf_counter() - begin) / ANSWERS


def cost_of_the_cheapest_page() -> float:
    """Measure the one answer that needs neither city nor database, in seconds, without any network."""
    from django.core.handlers.base import BaseHandler
    from django.test import RequestFactory

    server, factory = BaseHandler(), RequestFactory()
    server.load_middleware()
    begin = time.perf_counter()
    for _ in range(PAGES):
        server.get_response(factory.get("/livez"))
    return (time.perf_counter() - begin) / PAGES


def main() -> int:
    """Measure and print."""
    _prepare()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        fill(folder)
        page, seconds = min((scrape(folder) for _ in range(3)), key=lambda found: found[1])
        lines = [line for line in page.splitlines() if not line.startswith("#")]
        counted = sum(
            int(line.rpartition(" ")[2]) for line in lines if line.startswith("madoguchi_requests_total")
        )
        lost = PROCESSES * CITIES * 5 - counted
        kept = sum(path.stat().st_blocks * 512 for path in folder.iterdir()) / PROCESSES
        print(f"{len(lines):,} lines, {kept / 1024:.0f} KiB of counters per process", flush=True)
    with tempfile.TemporaryDirectory() as name:
        cost = cost_of_counting(Path(name))
    cheapest = cost_of_the_cheapest_page()
    size = len(page.encode())
    figures = (
        Figure("room left in a scrape of 2 MiB", MOST_BYTES, size, "bytes", goal=1.0, wrong={"lost": lost}),
        Figure("room left in a scrape of 1 s", MOST_SECONDS * 1e3, seconds * 1e3, "ms", goal=1.0),
        Figure("/livez / counting an answer", cheapest * 1e9, cost * 1e9, "ns", goal=20.0),
    )
    for figure in figures:
        tell(figure)
    return verdict(*figures)


if __name__ == "__main__":
    sys.exit(main())
