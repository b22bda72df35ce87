"""The page for a monitor, in Prometheus' text format: requests, probes, outboxes and the watcher itself."""

import logging
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import accumulate
from pathlib import Path

import psycopg
from django.conf import settings
from django.db import Error

from madoguchi.tenancy import each_city
from madoguchi.web.counters import CLASSES, LIMITS, MICROSECONDS, Totals, totals
from tenants.watch import queries
from tenants.watch.probing import SITE
from tenants.watch.rules import State

logger = logging.getLogger(__name__)

LES = (*(f"{limit:g}" for limit in LIMITS), "+Inf")
SITE_LABEL = "site"
VALUES: dict[State, int] = {"up": 1, "down": 0}


def page(*, now: datetime) -> str:
    """Write everything a monitor may read; two queries, whatever the size of the fleet.

    While the database is away the requests are still told.
    """
    lines = list(_requests(totals(Path(settings.MADOGUCHI["METRICS"]))))
    try:
        lines += [*_probes(now=now), *_round()]
    except (Error, psycopg.Error) as failure:
        logger.warning("no probes on the page of metrics: %s", type(failure).__name__)
    return "\n".join(lines) + "\n"


def _requests(counted: dict[str, Totals]) -> Iterator[str]:
    yield from _head("madoguchi_requests_total", "counter", "Answers by city and class of status.")
    for city, found in counted.items():
        for name, number in zip(CLASSES, found.classes, strict=True):
            yield f'madoguchi_requests_total{{city="{city}",class="{name}"}} {number}'
    yield from _head("madoguchi_request_seconds", "histogram", "Time to an answer by city.")
    for city, found in counted.items():
        sums = list(accumulate(found.buckets))
        for le, number in zip(LES, sums, strict=True):
            yield f'madoguchi_request_seconds_bucket{{city="{city}",le="{le}"}} {number}'
        seconds = found.microseconds / MICROSECONDS
        yield f'madoguchi_request_seconds_sum{{city="{city}"}} {seconds:.6f}'
        yield f'madoguchi_request_seconds_count{{city="{city}"}} {sums[-1]}'


def _probes(*, now: datetime) -> Iterator[str]:
    yield from _head(
        "madoguchi_probe_up", "gauge", "1 up, 0 down; a city or plugin nobody could see is missing."
    )
    seen = queries.fleet_now(now=now)
    for city in each_city():
        for plugin, state in seen.get(city.uuid, {}).items():
            name = SITE_LABEL if plugin == SITE else plugin
            yield f'madoguchi_probe_up{{city="{city.code}",plugin="{name}"}} {VALUES[state]}'


def _round() -> Iterator[str]:
    newest = queries.last_round()
    if newest is None:
        return
    gauges = (
        ("madoguchi_watch_round_timestamp_seconds", "Minute of the newest round.", newest.minute.timestamp()),
        ("madoguchi_watch_round_seconds", "How long the newest round took.", newest.seconds),
        ("madoguchi_watch_cities", "Cities in the newest round.", newest.cities),
        ("madoguchi_outbox_waiting", "Events that wait, in all cities.", newest.outbox_waiting),
        ("madoguchi_outbox_dead", "Events given up, in all cities.", newest.outbox_dead),
        (
            "madoguchi_outbox_oldest_seconds",
            "Age of the oldest event that waits.",
            newest.outbox_oldest_seconds,
        ),
    )
    for name, text, value in gauges:
        if value is not None:
            yield from _head(name, "gauge", text)
            yield f"{name} {value}" if isinstance(value, int) else f"{name} {value:.3f}"


def _head(name: str, kind: str, text: str) -> Iterable[str]:
    return (f"# HELP {name} {text}", f"# TYPE {name} {kind}")
