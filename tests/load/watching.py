"""The watcher over a fleet of 1,741 cities: whether it manages a minute, and what it writes.

``python -m tests.load.watching`` puts up as many sites behind one server of this machine, lets one
watcher look at all of them, then at all of them hanging, and writes both to a real database.
"""

import asyncio
import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from resource import RUSAGE_SELF, getrusage
from typing import Any

from tests.load.report import Figure, tell, verdict
from tests.load.stage import stage

CITIES = 1_741
MINUTE_SECONDS = 60.0
HEALTH = b'{"plugins": {"cms": "up", "card_management": "up", "card_reservation": "up"}}'
PLUGINS = ("cms", "card_management", "card_reservation")
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s"
PAGE = b"<h1>ok</h1>" * 2_000


class Sites:
    """Every city at once: they answer, or they take the question and say nothing."""

    def __init__(self) -> None:
        self.hang = False
        self.asked = 0
        self.open = self.most_open = 0
        self.port = 0

    @contextmanager
    def up(self) -> Iterator[None]:
        """Serve from a thread of its own."""
        loop, ready = asyncio.new_event_loop(), threading.Event()

        async def serve() -> None:
            server = await asyncio.start_server(self._answer, "127.0.0.1", 0, backlog=4_096)
            self.port = server.sockets[0].getsockname()[1]
            ready.set()

        loop.create_task(serve())
        threading.Thread(target=loop.run_forever, daemon=True).start()
        ready.wait()
        yield
        loop.call_soon_threadsafe(loop.stop)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.asked += 1
        self.open += 1
        self.most_open = max(self.most_open, self.open)
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            if self.hang:
                await reader.read()
                return
            body = HEALTH if head.startswith(b"GET /healthz") else PAGE
            writer.write(ANSWER % (len(body), body))
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            self.open -= 1
            writer.close()


def add_cities() -> list[Any]:
    """Put the rows of the fleet into the list of cities; their schemas are not needed here."""
    from django.db import connection

    from madoguchi import clock
    from madoguchi.tenancy import directory, in_city

    with in_city(directory().operators()), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO tenants_city (uuid, schema_name, code, slug, name, name_kana, name_en, prefecture,"
            " state, brand, created_at) SELECT gen_random_uuid(), 'x_' || n, lpad(n::text, 6, '0'), 'x' || n,"
            " 'x', 'x', 'x', 'x', 'active', '{}', %s FROM generate_series(1, %s) AS n RETURNING uuid, code",
            [clock.now(), CITIES],
        )
        return list(cursor.fetchall())


def look(sites: Sites, cities: list[Any], *, hang: bool) -> tuple[list[Any], float, float]:
    """Look at every city once; tell what was seen, the seconds it took and the seconds of processor."""
    from tenants.watch.probing import Sweep, Target

    sites.hang = hang
    targets = [
        Target(
            city=uuid,
            name=code,
            resident_url=f"http://x{code}.localhost:{sites.port}",
            staff_url=f"http://staff.x{code}.localhost:{sites.port}",
            plugins=PLUGINS,
        )
        for uuid, code in cities
    ]
    begin, used = time.perf_counter(), _processor()
    samples = Sweep().run(targets)
    return samples, time.perf_counter() - begin, _processor() - used


def write(samples: list[Any]) -> tuple[float, float, float]:
    """Write a new day and the minute after; tell the seconds of each and the mean KiB of log of ten more."""
    from tenants.watch import rules, storing

    minute = rules.moment_of(storing.database_time().date(), 0)
    times = []
    for number in range(2):
        begin = time.perf_counter()
        storing.keep(samples, minute=minute + timedelta(minutes=number))
        times.append(time.perf_counter() - begin)
    before = _log_position()
    for number in range(2, 12):
        storing.keep(samples, minute=minute + timedelta(minutes=number))
    return times[0], times[1], (_log_position() - before) / 10 / 1024


def read() -> tuple[float, int]:
    """Read the state of the whole fleet from the middle of what was written."""
    from tenants.watch import queries, rules, storing

    now = rules.moment_of(storing.database_time().date(), 5)
    begin = time.perf_counter()
    found = queries.fleet_today(now=now)
    return time.perf_counter() - begin, len(found)


def main() -> int:
    """Measure and print."""
    with stage():
        import django

        django.setup()
        cities, sites = add_cities(), Sites()
        with sites.up():
            well, took, used = look(sites, cities, hang=False)
            asked = sites.asked
            ill, took_ill, used_ill = look(sites, cities, hang=True)
        new, again, log = write(well)
        reading, found = read()
    print(
        f"{asked:,} questions; {sites.most_open} open at once when all hang; processor {used:.1f} s and"
        f" {used_ill:.1f} s with {os.cpu_count()} cores; log {log:.0f} KiB a minute",
        flush=True,
    )
    missed = {"cities not seen": CITIES - len({sample.city for sample in well})}
    missed["wrongly down"] = sum(sample.is_down for sample in well)
    missed["samples missing"] = CITIES * 4 - len(well)
    wrong = {"cities not seen": CITIES - len({sample.city for sample in ill})}
    wrong["wrongly up"] = sum(not sample.is_down for sample in ill)
    figures = (
        Figure("a minute / a round over the fleet", MINUTE_SECONDS, took, "s", goal=1.0, wrong=missed),
        Figure(
            "a minute / a round, every site hanging", MINUTE_SECONDS, took_ill, "s", goal=1.0, wrong=wrong
        ),
        Figure("a second / writing a new day", 1e3, new * 1e3, "ms", goal=1.0),
        Figure("a second / writing a minute", 1e3, again * 1e3, "ms", goal=1.0),
        Figure(
            "a second / reading the fleet", 1e3, reading * 1e3, "ms", goal=1.0, wrong={"lost": CITIES - found}
        ),
    )
    for figure in figures:
        tell(figure)
    return verdict(*figures)


def _processor() -> float:
    usage = getrusage(RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def _log_position() -> int:
    from django.db import connection

    from madoguchi.tenancy import directory, in_city

    with in_city(directory().operators()), connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_wal_lsn() - '0/0'::pg_lsn")
        return int(cursor.fetchone()[0])


if __name__ == "__main__":
    sys.exit(main())
