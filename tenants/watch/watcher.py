"""The watcher: looks at the whole fleet once a minute, and keeps what it could not write down."""

import logging
import os
import threading
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from time import monotonic
from uuid import UUID

import psycopg
from django.conf import settings
from django.db import Error, connection

from madoguchi import clock
from madoguchi.ledger.outbox.queries import backlog
from madoguchi.standing import standing
from madoguchi.tenancy import City, each_city, in_city
from tenants.watch import storing
from tenants.watch.checks import watched_plugins
from tenants.watch.probing import Paces, Places, Sample, Sweep, Target
from tenants.watch.queries import at_work
from tenants.watch.storing import Waiting

logger = logging.getLogger(__name__)

# A round that begins later would not end within its minute.
LATEST_START = timedelta(seconds=3)
MINUTE = timedelta(minutes=1)
# While the database is away: two hours of rounds wait to be written.
MOST_UNWRITTEN = 120
MOST_NAMES = 20
_AWAY = (Error, psycopg.Error, OSError)


class Watcher:
    """One process of as many as one likes: a minute is claimed, so one of them looks at it."""

    def __init__(self, *, paces: Paces | None = None) -> None:
        self._stopping = threading.Event()
        self._paces = paces or Paces()
        self._holder = f"{os.uname().nodename}:{os.getpid()}"[:80]
        self._claimed: datetime | None = None
        self._down: frozenset[UUID] = frozenset()
        self._unwritten: deque[tuple[datetime, list[Sample]]] = deque(maxlen=MOST_UNWRITTEN)

    def stop(self) -> None:
        """Keep what has answered by now and end."""
        self._stopping.set()

    def run(self) -> None:
        """Look at every minute until stopped."""
        while not self._stopping.is_set():
            now = self._time()
            minute = _minute_of(now)
            into = now - minute
            if into <= LATEST_START and self._claims(minute):
                self.look(minute=minute)
            else:
                self._stopping.wait((MINUTE - into).total_seconds() + 0.01)

    def look_once(self) -> bool:
        """Look at the minute that runs, unless another watcher has it; tell whether it looked."""
        minute = _minute_of(self._time())
        if self._claims(minute):
            self.look(minute=minute)
            return True
        return False

    def look(self, *, minute: datetime) -> None:
        """Probe every city that works and write down what was seen."""
        begin = monotonic()
        cities = {city.uuid: city for city in each_city() if standing(city.state).works}
        counting = _Counting(cities)
        sweep = Sweep(places=_places(), paces=self._paces, stopping=self._stopping)
        samples = sweep.run(targets(cities.values()), beside=counting.visit)
        self._unwritten.append((minute, samples))
        self._write()
        self._tell(samples, cities)
        took = timedelta(seconds=monotonic() - begin)
        try:
            storing.note(minute=minute, cities=len(cities), took=took, outbox=counting.result)
        except _AWAY:
            connection.close()

    def _tell(self, samples: Sequence[Sample], cities: Mapping[UUID, City]) -> None:
        """Say which cities are down, once for each change; announced work is no trouble."""
        down = frozenset(sample.city for sample in samples if sample.is_down)
        down = down.difference(at_work(now=clock.now()))
        if down != self._down:
            names = ", ".join(sorted(str(cities[city].name) for city in down)[:MOST_NAMES])
            logger.warning("%d of %d cities are down: %s", len(down), len(cities), names or "none")
        self._down = down

    def _write(self) -> None:
        try:
            while self._unwritten:
                minute, samples = self._unwritten[0]
                storing.keep(samples, minute=minute)
                self._unwritten.popleft()
        except _AWAY as failure:
            logger.warning("what was seen waits for the database: %s", type(failure).__name__)
            connection.close()

    def _time(self) -> datetime:
        """Ask the clock that all watchers share, or our own while the database is away."""
        try:
            connection.close_if_unusable_or_obsolete()
            return storing.database_time()
        except _AWAY:
            connection.close()
            return clock.now()

    def _claims(self, minute: datetime) -> bool:
        """Take the minute; while the database is away everybody looks once, for somebody must."""
        if minute == self._claimed:
            return False
        try:
            is_ours = storing.claim(minute=minute, holder=self._holder)
        except _AWAY:
            connection.close()
            is_ours = True
        if is_ours:
            self._claimed = minute
        return is_ours


class _Counting:
    """Adds up the outboxes of the fleet, one city as each one's turn comes."""

    def __init__(self, cities: dict[UUID, City]) -> None:
        self._cities = cities
        self._waiting = self._dead = 0
        self._oldest: datetime | None = None
        self._is_whole = True
        self._now = clock.now()

    @property
    def result(self) -> Waiting | None:
        """What was counted; nothing when a city could not be read."""
        if not self._is_whole:
            return None
        age = (self._now - self._oldest).total_seconds() if self._oldest else 0.0
        return Waiting(waiting=self._waiting, dead=self._dead, oldest_seconds=max(0.0, age))

    def visit(self, target: Target) -> None:
        """Add the outbox of one city."""
        if not self._is_whole:
            return
        try:
            with in_city(self._cities[target.city]):
                found = backlog()
        except _AWAY as failure:
            logger.warning("the outbox of %s cannot be counted: %s", target.name, type(failure).__name__)
            connection.close()
            self._is_whole = False
            return
        self._waiting += found.waiting
        self._dead += found.dead
        if found.oldest is not None:
            self._oldest = min(self._oldest or found.oldest, found.oldest)


def targets(cities: Iterable[City]) -> list[Target]:
    """List what there is to look at in these cities, in the zones that this release serves."""
    zones = settings.MADOGUCHI["ZONES"]
    return [
        Target(
            city=city.uuid,
            name=str(city.name),
            resident_url=city.resident_url if "resident" in zones else "",
            staff_url=city.staff_url if "staff" in zones else "",
            plugins=watched_plugins(city),
        )
        for city in cities
    ]


def _places() -> Places:
    given = settings.MADOGUCHI["PROBE_AT"]
    return Places(residents=given["residents"], staff=given["staff"])


def _minute_of(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)
