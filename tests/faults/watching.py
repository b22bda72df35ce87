"""Two watchers through seven minutes of trouble: what was seen is written, what was not stays unknown.

``python -m tests.faults.watching`` kills the watcher that has the minute in the middle of its round,
locks a table of one plugin, and takes the database away for most of a minute.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import psycopg

from deploy.local.layout import ROOT
from tests.faults.scene import Scene, scene

LOCK = "LOCK TABLE c_999997.card_management_card"
SITE, BOOKING, CARDS = "", "card_reservation", "card_management"
MINUTE = timedelta(minutes=1)
# What each minute must read as: the site, the bookings, the cards.
EXPECTED = {
    "quiet": ("up", "up", "up"),
    "watcher killed": ("unknown", "unknown", "unknown"),
    "the other one has it": ("up", "up", "up"),
    "one table locked": ("up", "up", "down"),
    "free again": ("up", "up", "up"),
    "database away": ("down", "down", "down"),
    "database back": ("up", "up", "up"),
}


def main() -> int:
    """Go through the minutes, read what was written, and fail where it differs."""
    with scene() as running:
        import django

        django.setup()
        watchers = [_watcher(), _watcher()]
        try:
            first = _trouble(running, watchers)
        finally:
            for watcher in watchers:
                watcher.terminate()
                watcher.wait(20)
        wrong = _wrong(first)
    print(f"watching: {len(EXPECTED)} minutes, {len(wrong)} wrong {wrong or ''}", flush=True)
    return 1 if wrong else 0


def _trouble(running: Scene, watchers: list["subprocess.Popen[bytes]"]) -> datetime:
    """Make the trouble of each minute; tell which minute was the first."""
    first = _now().replace(second=0, microsecond=0) + MINUTE
    _rest(running, until=first + MINUTE - timedelta(seconds=2))
    with _locked():
        _rest(running, until=first + MINUTE + timedelta(seconds=1))
        _kill_holder(watchers)
        _rest(running, until=first + MINUTE + timedelta(seconds=3))
    watchers.append(_watcher())
    _rest(running, until=first + 3 * MINUTE - timedelta(seconds=2))
    with _locked():
        _rest(running, until=first + 3 * MINUTE + timedelta(seconds=8))
    _rest(running, until=first + 5 * MINUTE - timedelta(seconds=5))
    running.kill("postgres")
    time.sleep(45)
    _rest(running, until=first + 6 * MINUTE + timedelta(seconds=20))
    return first


def _wrong(first: datetime) -> dict[str, Any]:
    """Compare what was written with what happened."""
    from madoguchi.tenancy import find_city
    from tenants.watch import queries

    now = first + len(EXPECTED) * MINUTE
    lines = {line.plugin: line for line in queries.today(city=find_city(code="999997"), now=now)}
    wrong: dict[str, Any] = {}
    for number, (name, expected) in enumerate(EXPECTED.items()):
        found = tuple(_state(lines[plugin], first + number * MINUTE) for plugin in (SITE, BOOKING, CARDS))
        print(f"{name}: {' '.join(found)}", flush=True)
        if found != expected:
            wrong[name] = found
    return wrong


def _state(line: Any, moment: datetime) -> str:
    from tenants.watch import rules

    _, minute = rules.minute_of(moment)
    return next(run.state for run in line.runs if run.start <= minute < run.end)


def _watcher() -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, "manage.py", "watch"], cwd=ROOT)


def _kill_holder(watchers: list["subprocess.Popen[bytes]"]) -> None:
    from tenants.watch import queries

    newest = queries.last_round()
    assert newest is not None, "no watcher has looked"
    holder = int(newest.holder.rpartition(":")[2])
    assert holder in {watcher.pid for watcher in watchers}
    os.kill(holder, signal.SIGKILL)


@contextmanager
def _locked() -> Iterator[None]:
    """Hold a table of the city so that nobody can read it."""
    with (
        psycopg.connect(
            os.environ["MADOGUCHI_ADMIN_DATABASE_URL"].rpartition("/")[0] + "/madoguchi"
        ) as owner,
        owner.transaction(),
    ):
        owner.execute(LOCK)
        yield


def _rest(running: Scene, *, until: datetime) -> None:
    running.watch(max(0.0, (until - _now()).total_seconds()))


def _now() -> datetime:
    from madoguchi import clock

    return clock.now()


if __name__ == "__main__":
    sys.exit(main())
