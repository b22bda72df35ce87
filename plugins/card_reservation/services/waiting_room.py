"""When more people want to book at once than the city serves: who comes first goes in first.

Where the city opens at a moment, nobody gains by coming too early: who came before it draws a lot, by a
secret that no ticket shows, and the doors stay shut for some seconds more until all of them stand in line.

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
from datetime import datetime, timedelta
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
MICROSECONDS: Final = 1_000_000
EARLY: Final = -1
"""The place of a ticket from before the opening: its lot is drawn afterwards."""
GATHERING: Final = timedelta(seconds=20)
"""So long after the opening nobody goes in, for those who came before it have to be heard of first."""
LONGEST_GATHERING: Final = timedelta(seconds=60)
"""So long at most, where a busy site hears of them more slowly."""
QUIET: Final = timedelta(seconds=4)
"""So long none of them must have come for the first time before the doors open."""
LOTS: Final = timedelta(hours=1)
MARGIN: Final = timedelta(minutes=1)
"""So far the clocks of this machine and of the broker may differ."""

# Times are microseconds of the broker's own clock. Tickets beyond a network's share stand behind all others
# and find only half of the room: never refused, and no crowd of robots keeps the others out. Each visit asks
# for the share anew, or tickets that a robot gathered in hours would fill the room together.
ENTER: Final = """
local inside, line, seen, net, pace, gathering = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]
local who, place, is_in = ARGV[1], tonumber(ARGV[2]), ARGV[3] == '1'
local most, share, stay, awake = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])
local is_shut, may_gather, was_early = ARGV[8] == '1', ARGV[9] == '1', ARGV[10] == '1'
local quiet, moment = tonumber(ARGV[11]), tonumber(ARGV[12])
local BEHIND = 4e15
local clock = redis.call('TIME')
local now = tonumber(clock[1]) * 1000000 + tonumber(clock[2])
if was_early then redis.call('SET', gathering, string.format('%.0f', moment)) end
if may_gather then
  local latest = redis.call('GET', gathering)
  is_shut = is_shut or (latest and moment - tonumber(latest) < quiet)
end
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
local free = is_shut and 0 or room - redis.call('ZCARD', inside)
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
# A notice takes one place inside, on however many phones it was typed.
CLAIM: Final = """
local before = redis.call('GET', KEYS[2])
redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[2])
if before and before ~= ARGV[1] then return redis.call('ZREM', KEYS[1], before) end
return 0
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
    opens_at: datetime | None = None
    """When the doors open; nothing once they have."""

    @property
    def must_wait(self) -> bool:
        """Tell whether the doors are still closed for this visitor."""
        return not self.ticket.is_inside


@dataclass(frozen=True, kw_only=True)
class Room:
    """How a city lets its visitors in at this moment."""

    most: int
    now: datetime
    opens_at: datetime | None = None

    @property
    def is_early(self) -> bool:
        """Tell whether the doors have yet to open."""
        return self.opens_at is not None and self.now < self.opens_at

    @property
    def is_shut(self) -> bool:
        """Tell whether the doors are shut for those who came early to stand in line."""
        return self._is_open_for_less_than(GATHERING)

    @property
    def may_gather(self) -> bool:
        """Tell whether the doors stay shut while those who came early are still being heard of."""
        return self._is_open_for_less_than(LONGEST_GATHERING)

    def _is_open_for_less_than(self, span: timedelta) -> bool:
        return self.opens_at is not None and self.opens_at <= self.now < self.opens_at + span

    def lot_of(self, who: str, *, city: UUID) -> int:
        """Draw the place of somebody who came before the opening: before all others, in no order."""
        if self.opens_at is None:
            return 0
        last = int((self.opens_at - MARGIN).timestamp() * MICROSECONDS)
        drawn = int(_unreadable(f"lot|{city}|{self.opens_at.isoformat()}|{who}"), 16)
        return last - drawn % int(LOTS.total_seconds() * MICROSECONDS)


class WaitingRoom:
    """One process's way to the rooms of all cities; after a failure it lets everybody in for a moment."""

    def __init__(self, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._client: Valkey | None = None
        self._open_until = 0.0

    def enter(self, *, city: UUID, address: str, ticket: Ticket | None, room: Room) -> Turn:
        """Ask for a place inside, or keep the one in the line; one round trip, and none while in doubt."""
        known = ticket or Ticket(who=uuid4().hex)
        if room.is_early and not known.is_inside:
            return Turn(ticket=Ticket(who=known.who, place=EARLY), opens_at=room.opens_at)
        stay, awake, quiet = (int(each.total_seconds() * MICROSECONDS) for each in (STAY, AWAKE, QUIET))
        share = max(1, min(MOST_OF_ONE_NETWORK, room.most // 2))
        was_early = known.place == EARLY
        place = room.lot_of(known.who, city=city) if was_early else known.place
        values = (
            *(known.who, place, int(known.is_inside), room.most, share, stay, awake),
            *(int(room.is_shut), int(room.may_gather), int(was_early), quiet),
            int(room.now.timestamp() * MICROSECONDS),
        )
        names = ("inside", "line", "seen", _network(address), "pace", "gathering")
        keys = [_key(city, name) for name in names]
        found = self._ask(ENTER, keys, values)
        if found is None:
            return Turn(ticket=Ticket(who=known.who, place=known.place, is_inside=True))
        goes_in, place, ahead, pace = (int(each) for each in found)
        arrived = Ticket(who=known.who, place=place, is_inside=bool(goes_in))
        return Turn(ticket=arrived, ahead=ahead, minutes=_minutes(ahead, pace=pace, most=room.most))

    def claim(self, *, city: UUID, ticket: Ticket, notice: UUID) -> None:
        """Give the place back that the same notice holds from another phone; never fails."""
        name = "notice:" + _unreadable(f"notice|{notice}")
        keys = [_key(city, "inside"), _key(city, name)]
        self._ask(CLAIM, keys, (ticket.who, int(STAY.total_seconds() * 1000)))

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
    return "net:" + _unreadable(name)


def _unreadable(text: str) -> str:
    secret = str(settings.SECRET_KEY).encode()
    return hmac.new(secret, f"waiting-room|{text}".encode(), hashlib.sha256).hexdigest()[:20]


def _key(city: UUID, name: str) -> str:
    # The braces keep the keys of one city together on a broker of many nodes.
    return f"madoguchi:room:{{{city}}}:{name}"
