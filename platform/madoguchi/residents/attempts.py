"""Guesses that failed within the last hour, counted per network and for the whole city.

Every failure is a row. Valkey keeps the same window beside it, so that guesses sent all at once cannot each
see the count from before the others; without Valkey a lock of the database does that.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import Count
from django.db.models.functions import TruncHour
from valkey import Valkey
from valkey.exceptions import ValkeyError

from madoguchi.ledger.outbox.nudges import TIMEOUT_SECONDS, broker
from madoguchi.residents import networks
from madoguchi.residents.budget import WINDOW, Allowed, Counts
from madoguchi.residents.models import Attempt
from madoguchi.tenancy import current_city

logger = logging.getLogger(__name__)

FAILURE: Final = "failure"
# A failure of somebody who named a booking, too: no guess at a card, and counted apart.
OWN: Final = "own"
MAIL: Final = "mail"
# A mail that starts a booking, to an address that is all that is known of somebody.
START: Final = "start"
# A mail that starts a booking, to an address that somebody with a notice typed.
NOTICE: Final = "notice"
# The same mail, counted for the domain of its address: one owner may take every mailbox.
DOMAIN: Final = "domain"
ALARM: Final = "alarm"
NOBODY: Final = b""
KEPT: Final = timedelta(days=2)
PAUSE_SECONDS: Final = 5.0
MILLISECONDS: Final = 1000

# A guess stands in the window from the moment it is heard, and leaves it when it was right.
HEAR: Final = """
local city, net = KEYS[1], KEYS[2]
local now, window, who = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3]
local most_city, most_net = tonumber(ARGV[4]), tonumber(ARGV[5])
redis.call('ZREMRANGEBYSCORE', city, '-inf', now - window)
redis.call('ZREMRANGEBYSCORE', net, '-inf', now - window)
local in_city, in_net = redis.call('ZCARD', city), redis.call('ZCARD', net)
if who == '' or in_city >= most_city or in_net >= most_net then return {0, in_city, in_net} end
redis.call('ZADD', city, ARGV[1], who)
redis.call('ZADD', net, ARGV[1], who)
redis.call('PEXPIRE', city, window + 60000)
redis.call('PEXPIRE', net, window + 60000)
return {1, in_city, in_net}
"""
FORGET: Final = """
for place = 1, #ARGV do
  redis.call('ZREM', KEYS[1], ARGV[place])
  redis.call('ZREM', KEYS[2], ARGV[place])
end
return 0
"""


@dataclass(frozen=True, kw_only=True)
class Guess:
    """One guess: where it comes from, what it is about, and which of this subject today."""

    network: bytes
    subject: bytes
    day: date
    number: int
    kind: str = FAILURE

    @property
    def names(self) -> list[str]:
        """Name this guess and those before it about the same subject."""
        return [f"{self.subject.hex()}:{self.day}:{number}" for number in range(1, self.number + 1)]


@dataclass(frozen=True, slots=True)
class Heard:
    """Whether a guess is heard, and how many failures stood there before it."""

    is_heard: bool
    counts: Counts


class _Windows:
    """One process's way to the windows of all cities; after a failure it asks the database for a moment."""

    def __init__(self, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._client: Valkey | None = None
        self._away_until = 0.0

    def ask(self, script: str, keys: list[str], values: list[str | int]) -> Any:
        """Run a script; nothing where the broker is away or not to be asked."""
        if not settings.COUNTS_GUESSES_IN_BROKER or self._monotonic() < self._away_until:
            return None
        try:
            return self._connected().register_script(script)(keys=keys, args=values)
        except (ValkeyError, OSError):
            logger.warning("guesses are counted by the database alone")
            self._away_until = self._monotonic() + PAUSE_SECONDS
            return None

    def _connected(self) -> Valkey:
        with self._lock:
            if self._client is None:
                self._client = broker(read_timeout=TIMEOUT_SECONDS)
            return self._client


_WINDOWS = _Windows()


def hear(*, guess: Guess, allowed: Allowed, now: datetime) -> Heard:
    """Let one more guess in unless too many failed within the hour; it counts until it proves right."""
    values: list[str | int] = [_moment(now), _moment_of(WINDOW), guess.names[-1]]
    values += [allowed.city, allowed.network]
    found = _WINDOWS.ask(HEAR, _keys(guess.network, guess.kind), values)
    if found is not None:
        is_heard, city, network = (int(each) for each in found)
        return Heard(bool(is_heard), Counts(city, network))
    _wait_for_others()
    counts = _count(guess.network, now, kind=guess.kind)
    return Heard(allowed.hears(counts), counts)


def counts_of(*, network: bytes, now: datetime, kind: str = FAILURE) -> Counts:
    """Count the failures of the last hour, in the city and from one network."""
    found = _WINDOWS.ask(HEAR, _keys(network, kind), [_moment(now), _moment_of(WINDOW), "", 0, 0])
    if found is None:
        return _count(network, now, kind=kind)
    return Counts(int(found[1]), int(found[2]))


def note_failure(*, guess: Guess, now: datetime) -> None:
    """Write down that a guess failed."""
    Attempt.objects.create(kind=guess.kind, at=now, network=guess.network, subject=guess.subject)


def forgive(*, guess: Guess) -> None:
    """Take a right guess out of the window, with the slips about the same subject before it."""
    if guess.number > 1:
        slips = Attempt.objects.filter(kind=guess.kind, network=guess.network, subject=guess.subject)
        slips.delete()
    _WINDOWS.ask(FORGET, _keys(guess.network, guess.kind), list(guess.names))


def note_mail(*, network: bytes, subject: bytes, now: datetime, kind: str = MAIL) -> None:
    """Write down that a network had a mail sent."""
    Attempt.objects.create(kind=kind, at=now, network=network, subject=subject)


def count_mails(*, network: bytes, now: datetime) -> Counts:
    """Count the mails asked for within the last hour, in the city and from one network."""
    return _count(network, now, kind=MAIL)


def count_of_a_day(*, network: bytes, kind: str, now: datetime) -> int:
    """Count what was written down of a kind within the last day."""
    day = timedelta(days=1)
    return Attempt.objects.filter(kind=kind, network=network, at__gt=now - day, at__lte=now).count()


def is_first_alarm(*, level: int, now: datetime) -> bool:
    """Tell whether an alarm of this level is the first within the hour, and write it down."""
    subject = level.to_bytes()
    recent = Attempt.objects.filter(kind=ALARM, subject=subject, at__gt=now - WINDOW)
    if recent.exists():
        return False
    Attempt.objects.create(kind=ALARM, at=now, network=NOBODY, subject=subject)
    return True


def failures_by_hour(*, since: datetime) -> dict[datetime, int]:
    """Count the failures of each hour since a moment."""
    rows = Attempt.objects.filter(kind=FAILURE, at__gte=since).annotate(hour=TruncHour("at"))
    return dict(rows.values_list("hour").annotate(count=Count("id")).order_by("hour"))


def failures_of_city(*, now: datetime) -> int:
    """Count the failures of the last hour in the whole city."""
    return Attempt.objects.filter(kind=FAILURE, at__gt=now - WINDOW, at__lte=now).count()


def purge(*, now: datetime) -> int:
    """Delete what was written down two days ago or earlier, and count it."""
    deleted, _by_model = Attempt.objects.filter(at__lt=now - KEPT).delete()
    return deleted


def _count(network: bytes, now: datetime, *, kind: str = FAILURE) -> Counts:
    recent = Attempt.objects.filter(kind=kind, at__gt=now - WINDOW, at__lte=now)
    return Counts(recent.count(), recent.filter(network=network).count())


def _wait_for_others() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(current_schema() || '.residents.attempts'))")


def _keys(network: bytes, kind: str) -> list[str]:
    city: UUID = current_city().uuid
    part = "" if kind == FAILURE else f"{kind}:"
    # The braces keep the keys of one city together on a broker of many nodes.
    return [f"madoguchi:guesses:{{{city}}}:{part}{name}" for name in ("city", network.hex())]


def _moment(now: datetime) -> int:
    return int(now.timestamp() * MILLISECONDS)


def _moment_of(span: timedelta) -> int:
    return int(span.total_seconds() * MILLISECONDS)


def network_of(*, address: str) -> bytes:
    """Name the network of an address for these counts."""
    return networks.index_of(networks.name_of(address))


def pass_of(*, link: UUID) -> bytes:
    """Name a confirmed address for these counts: its tries are its own."""
    return networks.index_of(f"mail:{link}")


def domain_of(*, name: str) -> bytes:
    """Name the domain of an address for these counts, wherever its mails are asked for."""
    return networks.index_of(f"domain:{name}")


def token_of(*, token: UUID) -> bytes:
    """Name a program's token for these counts: its tries are its own, wherever it asks from."""
    return networks.index_of(f"token:{token}")
