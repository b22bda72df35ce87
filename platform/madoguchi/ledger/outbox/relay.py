"""The relay: delivers what waits in every city, woken by nudges and by a sweep."""

import logging
import threading
import time
from typing import Any

import psycopg
from django.db import Error, InterfaceError, OperationalError, connection
from valkey import Valkey
from valkey.exceptions import ValkeyError

from madoguchi.ledger.outbox import nudges
from madoguchi.ledger.outbox.delivery import deliver_next
from madoguchi.standing import standing
from madoguchi.tenancy import CityNotFound, directory, each_city, find_city

logger = logging.getLogger(__name__)

SWEEP_SECONDS = 15.0
# So many events of one city, then the next city has its turn.
TURN = 20
LISTEN_SECONDS = 1.0
PAUSE_SECONDS = 1.0
MOST_NUDGES_AT_ONCE = 1_000
# The list of cities is read past Django, so the loss of the server has two faces.
_SERVER_AWAY = (OperationalError, InterfaceError, psycopg.OperationalError, OSError)


class Relay:
    """One process of as many as one likes: rows are claimed, so each event is delivered by one."""

    def __init__(self, *, sweep_seconds: float = SWEEP_SECONDS) -> None:
        self._sweep_seconds = sweep_seconds
        self._next_sweep = 0.0
        # Ordered sets: a city that is nudged twice still waits once.
        self._nudged: dict[str, None] = {}
        self._swept: dict[str, None] = {}
        self._stopping = threading.Event()
        self._broker: Valkey | None = None
        self._broker_failed = False

    def stop(self) -> None:
        """Finish the event in hand and end."""
        self._stopping.set()

    def run(self) -> None:
        """Deliver until stopped; a lost database or broker is waited for."""
        while not self._stopping.is_set():
            try:
                self._turn()
            except (Error, psycopg.Error, OSError) as failure:
                logger.warning("the relay waits: %s", type(failure).__name__)
                connection.close()
                self._stopping.wait(PAUSE_SECONDS)

    def deliver_all(self) -> None:
        """Deliver what is due in every city now, and return."""
        self._sweep()
        while self._swept and not self._stopping.is_set():
            self._serve_next(self._swept)

    def _turn(self) -> None:
        if time.monotonic() >= self._next_sweep:
            self._sweep()
        self._listen()
        # A nudged city never waits for a whole sweep, and a sweep is never starved by nudges.
        self._serve_next(self._nudged)
        self._serve_next(self._swept)

    def _sweep(self) -> None:
        connection.close_if_unusable_or_obsolete()
        for city in [*each_city(), directory().operators()]:
            self._swept[city.schema_name] = None
        self._next_sweep = time.monotonic() + self._sweep_seconds

    def _serve_next(self, queue: dict[str, None]) -> None:
        if not queue:
            return
        schema_name = next(iter(queue))
        if not self._serve(schema_name):
            queue.pop(schema_name)
            return
        queue.pop(schema_name)
        queue[schema_name] = None

    def _serve(self, schema_name: str) -> bool:
        """Deliver one turn of a city; tell whether more may wait."""
        try:
            city = find_city(schema_name=schema_name)
            if not standing(city.state).works:
                return False
            for _ in range(TURN):
                if self._stopping.is_set() or not deliver_next(city=city):
                    return False
        except CityNotFound:
            return False
        except _SERVER_AWAY:
            raise
        except Exception:
            # One city's trouble must not hold up the others.
            logger.exception("the outbox of %s cannot be served", schema_name)
            connection.close()
            return False
        return True

    def _listen(self) -> None:
        is_idle = not self._nudged and not self._swept
        try:
            if is_idle:
                self._wait_for_nudge()
            self._take_waiting_nudges()
            self._broker_failed = False
        except (ValkeyError, OSError):
            self._lose_broker()
            if is_idle:
                self._stopping.wait(PAUSE_SECONDS)

    def _wait_for_nudge(self) -> None:
        until_sweep = max(self._next_sweep - time.monotonic(), 0.01)
        listening = min(LISTEN_SECONDS, until_sweep)
        found: Any = self._connected().blpop([nudges.LIST], timeout=listening)  # type: ignore[arg-type]
        if found:
            self._nudged[found[1]] = None

    def _take_waiting_nudges(self) -> None:
        waiting: Any = self._connected().lpop(nudges.LIST, MOST_NUDGES_AT_ONCE)
        for schema_name in waiting or ():
            self._nudged[schema_name] = None

    def _connected(self) -> Valkey:
        if self._broker is None:
            self._broker = nudges.broker(read_timeout=LISTEN_SECONDS * 3)
        return self._broker

    def _lose_broker(self) -> None:
        if not self._broker_failed:
            logger.warning("no broker: the relay delivers by its sweep")
        self._broker_failed = True
        self._broker = None
