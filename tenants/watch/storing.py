"""What the watcher writes: whose minute it is, and what was seen in it, one statement for all cities."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from madoguchi.tenancy import directory, in_city
from tenants.watch import rules
from tenants.watch.probing import Sample

# Whoever changes the row first has the minute; the others find it taken.
CLAIM = """
INSERT INTO tenants_watchsweep AS newest (id, minute, holder) VALUES (1, %(minute)s, %(holder)s)
ON CONFLICT (id) DO UPDATE SET minute = excluded.minute, holder = excluded.holder
 WHERE newest.minute < excluded.minute
RETURNING id
"""
NOTE = """
UPDATE tenants_watchsweep
   SET cities = %(cities)s, seconds = %(seconds)s, outbox_waiting = %(waiting)s, outbox_dead = %(dead)s,
       outbox_oldest_seconds = %(oldest_seconds)s
 WHERE minute = %(minute)s
"""
# Cities that went away meanwhile drop out of the join instead of failing the others.
KEEP = """
INSERT INTO tenants_watchday AS kept (city_id, plugin, day, down, unknown)
SELECT city.uuid, seen.plugin, %(day)s, set_bit(%(none)s::bytea, %(minute)s, seen.is_down),
       set_bit(%(all)s::bytea, %(minute)s, 0)
  FROM unnest(%(cities)s::uuid[], %(plugins)s::text[], %(down)s::int[]) AS seen (city, plugin, is_down)
  JOIN tenants_city AS city ON city.uuid = seen.city
ON CONFLICT (city_id, plugin, day) DO UPDATE
   SET down = set_bit(kept.down, %(minute)s, get_bit(excluded.down, %(minute)s)),
       unknown = set_bit(kept.unknown, %(minute)s, 0)
"""


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """What waits in the outboxes of the whole fleet."""

    waiting: int
    dead: int
    oldest_seconds: float


def database_time() -> datetime:
    """Read the clock that all watchers share."""
    with in_city(directory().operators()), connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        moment: datetime = cursor.fetchone()[0]
        return moment


def claim(*, minute: datetime, holder: str) -> bool:
    """Take a minute; tell whether it was still free."""
    with in_city(directory().operators()), connection.cursor() as cursor:
        cursor.execute(CLAIM, {"minute": minute, "holder": holder})
        return cursor.fetchone() is not None


def keep(samples: Sequence[Sample], *, minute: datetime) -> None:
    """Write down what was seen in a minute."""
    day, number = rules.minute_of(minute)
    with in_city(directory().operators()), connection.cursor() as cursor:
        cursor.execute(
            KEEP,
            {
                "day": day,
                "minute": number,
                "none": rules.NONE,
                "all": rules.ALL,
                "cities": [sample.city for sample in samples],
                "plugins": [sample.plugin for sample in samples],
                "down": [int(sample.is_down) for sample in samples],
            },
        )


def note(*, minute: datetime, cities: int, took: timedelta, outbox: Waiting | None) -> None:
    """Write down what the round came to."""
    with in_city(directory().operators()), connection.cursor() as cursor:
        cursor.execute(
            NOTE,
            {
                "minute": minute,
                "cities": cities,
                "seconds": took.total_seconds(),
                "waiting": outbox.waiting if outbox else None,
                "dead": outbox.dead if outbox else None,
                "oldest_seconds": outbox.oldest_seconds if outbox else None,
            },
        )
