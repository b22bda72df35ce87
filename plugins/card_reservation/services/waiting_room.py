"""When more people want to book at once than the city serves: who comes first goes in first.

Valkey keeps who is inside and who stands in line; the place in the line itself travels in the visitor's
signed ticket, so neither a sleeping phone nor a restarted broker loses it. Without a broker everybody
goes in.
"""

import hashlib
import hmac
import logging
import math
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any, Final
from uuid import UUID, uuid4

from django.conf import settings
from valkey import Valkey
from valkey.exceptions import ValkeyError

from madoguchi.ledger.outbox.nudges import TIMEOUT_SECONDS, broker

logger = logging.getLogger(__name__)

STAY: Final = timedelta(minutes=10)
"""So long somebody counts as being inside after the last sign of life."""
AWAKE: Final = timedelta(seconds=100)
"""So long a place in the line keeps those behind from going in; whoever wakes later goes in next."""
MOST_OF_ONE_NETWORK: Final = 100
"""Live tickets of one address, or of one /48: a waiting room full of families, and few of a robot's."""
PAUSE_SECONDS: Final = 5.0

# Times are microseconds of the broker's own clock. Tickets beyond a network's share stand behind all others
# and find only half of the room: never refused, and no crowd of robots keeps the others out. Each visit asks
# for the share anew, or tickets that a robot gathered in hours would fill the room together.
ENTER: Final = """
local inside, line, seen, net, pace = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local who, place, is_in = ARGV[1], tonumber(ARGV[2]), ARGV[3] == '1'
local most, share, stay, awake = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])
local BEHIND = 4e15
local clock = redis.call('TIME')
local now = tonumber(clock[1]) * 1000000 + tonumber(clock[2])
redis.call('ZREMRANGEBYSCORE', inside, '-inf', now - stay)
redis.call('ZREMRANGEBYSCORE', net, '-inf', now - stay)
for _, gone in ipairs(redis.call('ZRANGEBYSCORE', seen, '-inf', now - awake, 'LIMIT', 0, 500)) do
  redis.call('ZREM', line, gone)
  redis.call('ZREM', seen, gone)
end
if place == 0 then place = now end
if place >= BEHIND then place = place - BEHIND end
local stands, room = place, most
if redis.call('ZSCORE', net, who) or redis.call('ZCARD', net) < share then
  redis.call('ZADD', net, string.format('%.0f', now), who)
else
  stands, room = place + BEHIND, math.floor(most / 2)
  is_in = is_in and redis.call('ZSCORE', inside, who)
end
local minute = math.floor(now / 60000000)
redis.call('ZADD', line, string.format('%.0f', stands), who)
local ahead = redis.call('ZRANK', line, who)
local free = room - redis.call('ZCARD', inside)
local goes_in = is_in or ahead < free
if goes_in then
  redis.call('ZREM', line, who)
  redis.call('ZREM', seen, who)
  redis.call('ZADD', inside, string.format('%.0f', now), who)
  if not is_in then
    redis.call('HINCRBY', pace, minute, 1)
    redis.call('HDEL', pace, minute - 2)
  end
else
  redis.call('ZADD', seen, string.format('%.0f', now), who)
end
for _, key in ipairs(KEYS) do redis.call('PEXPIRE', key, math.floor(stay / 1000) + 60000) end
local before, this = redis.call('HGET', pace, minute - 1), redis.call('HGET', pace, minute)
local faster = math.max(tonumber(before or 0), tonumber(this or 0))
return {goes_in and 1 or 0, string.format('%.0f', place), ahead, faster}
"""
LEAVE: Final = """
redis.call('ZREM', KEYS[1], ARGV[1])
redis.call('ZREM', KEYS[2], ARGV[1])
return 0
"""


@dataclass(frozen=True, kw_only=True)
class Ticket:
    """A visitor's place: a number drawn once, the moment of arrival, and whether the doors opened."""

    who: str
    place: int = 0
    is_inside: bool = False


@dataclass(frozen=True, kw_only=True)
class Turn:
    """What the room said: go in, or so many people stand before you and it takes about so long."""

    ticket: Ticket
    ahead: int = 0
    minutes: int = 0

    @property
    def must_wait(self) -> bool:
        """Tell whether the doors are still closed for this visitor."""
        return not self.ticket.is_inside


class WaitingRoom:
    """One process's way to the rooms of all cities; after a failure it lets everybody in for a moment."""

    def __init__(self, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._client: Valkey | None = None
        self._open_until = 0.0

    def enter(self, *, city: UUID, address: str, ticket: Ticket | None, most: int) -> Turn:
        """Ask for a place inside, or keep the one in the line; one round trip, and none while in doubt."""
        known = ticket or Ticket(who=uuid4().hex)
        stay, awake = (int(each.total_seconds() * 1_000_000) for each in (STAY, AWAKE))
        share = max(1, min(MOST_OF_ONE_NETWORK, most // 2))
        values = (known.who, known.place, int(known.is_inside), most, share, stay, awake)
        keys = [_key(city, name) for name in ("inside", "line", "seen", _network(address), "pace")]
        found = self._ask(ENTER, keys, values)
        if found is None:
            return Turn(ticket=Ticket(who=known.who, place=known.place, is_inside=True))
        goes_in, place, ahead, pace = (int(each) for each in found)
        arrived = Ticket(who=known.who, place=place, is_inside=bool(goes_in))
        return Turn(ticket=arrived, ahead=ahead, minutes=_minutes(ahead, pace=pace, most=most))

    def leave(self, *, city: UUID, address: str, ticket: Ticket) -> None:
        """Make room for the next; never fails."""
        self._ask(LEAVE, [_key(city, "inside"), _key(city, _network(address))], (ticket.who,))

    def _ask(self, script: str, keys: Sequence[str], values: Sequence[str | int]) -> Any:
        if self._monotonic() < self._open_until:
            return None
        try:
            client = self._connected()
            return client.register_script(script)(keys=list(keys), args=list(values))
        except (ValkeyError, OSError):
            logger.warning("nobody keeps the line of visitors: everybody goes in")
            self._open_until = self._monotonic() + PAUSE_SECONDS
            return None

    def _connected(self) -> Valkey:
        with self._lock:
            if self._client is None:
                self._client = broker(read_timeout=TIMEOUT_SECONDS)
            return self._client


def _minutes(ahead: int, *, pace: int, most: int) -> int:
    """Reckon how long the line takes: at the pace of the last minutes, or of a room that empties slowly."""
    slowest = most / (STAY / timedelta(minutes=1))
    return math.ceil((ahead + 1) / max(pace, slowest))


def _network(address: str) -> str:
    """Name the network a visitor comes from, unreadable to whoever reads the broker."""
    try:
        known = ip_address(address)
        name = str(ip_network(f"{address}/48", strict=False)) if isinstance(known, IPv6Address) else address
    except ValueError:
        name = "unknown"
    secret = str(settings.SECRET_KEY).encode()
    return "net:" + hmac.new(secret, f"waiting-room|{name}".encode(), hashlib.sha256).hexdigest()[:20]


def _key(city: UUID, name: str) -> str:
    # The braces keep the keys of one city together on a broker of many nodes.
    return f"madoguchi:room:{{{city}}}:{name}"
