"""The sealing process: closes every city's list once a minute, and its day once a day."""

import logging
import threading
from datetime import datetime, time, timedelta
from time import monotonic

import psycopg
from django.db import Error, connection

from madoguchi import clock
from madoguchi.ledger.audit import oddities
from madoguchi.ledger.audit.sealing import anchor_day, seal_entries
from madoguchi.tenancy import City, directory, each_city, in_city

logger = logging.getLogger(__name__)

ROUND_SECONDS = 60.0
# What is written in the last minutes of a day gets its seal before the day is anchored.
AFTER_MIDNIGHT = timedelta(minutes=5)
_AWAY = (Error, psycopg.Error, OSError)


class Sealer:
    """One process is enough; a second finds the next number taken and leaves the city to the first."""

    def __init__(self) -> None:
        self._stopping = threading.Event()

    def stop(self) -> None:
        """End after the city that is being sealed."""
        self._stopping.set()

    def run(self) -> None:
        """Seal every minute until stopped."""
        while not self._stopping.is_set():
            begin = monotonic()
            self.seal_once()
            self._stopping.wait(max(0.0, ROUND_SECONDS - (monotonic() - begin)))

    def seal_once(self) -> int:
        """Seal what waits in every city and in the operators' world; count the entries."""
        now, sealed = clock.now(), 0
        try:
            for city in (directory().operators(), *each_city()):
                if self._stopping.is_set():
                    break
                sealed += _seal(city, now)
        except _AWAY:
            logger.exception("the list of cities cannot be read")
            connection.close()
        return sealed


def _seal(city: City, now: datetime) -> int:
    day = clock.local(now - AFTER_MIDNIGHT).date()
    midnight = datetime.combine(day, time(), tzinfo=clock.JAPAN)
    try:
        with in_city(city):
            count = seal_entries(now=now)
            if count:
                oddities.look(now=now)
            anchor_day(day=day - timedelta(days=1), until=midnight)
    except _AWAY:
        # The next round takes it up; a city that fails must not leave the others unsealed.
        logger.exception("%s was not sealed", city.schema_name)
        connection.close()
        return 0
    return count
