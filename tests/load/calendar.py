"""figures.md, Availability calendar: 31 days of 54 slots, read while 100 bookings come in a second.

python -m tests.load.calendar [--requests 20000] [--connections 64]
"""

import argparse
import contextlib
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from tests.load import booking
from tests.load.booking import Ground
from tests.load.clients import Outcome, drive
from tests.load.stage import HOST, Stage, stage, web

GOAL_AGGREGATION = 12.0
GOAL_CONSTANT = 0.3
DAYS, SLOTS_A_DAY = 31, 54
BOOKINGS_A_SECOND = 100


def main() -> int:
    """Run each way in turn, twice, and compare the best."""
    wanted = _arguments()
    with stage() as staged:
        import django

        django.setup()
        ground = booking.find_ground()
        first = _lay_slots(ground)
        with web(staged, workers=wanted.workers, threads=wanted.threads), _bookings(staged, ground):
            best = {"aggregation": 0.0, "constant": 0.0, "cached": 0.0}
            wrong = 0
            for _turn in range(wanted.rounds):
                for name, request in _requests(ground, first).items():
                    count = wanted.requests // 20 if name == "aggregation" else wanted.requests
                    outcome = drive(
                        address=staged.server_address,
                        requests=[request] * count,
                        connections=wanted.connections,
                    )
                    wrong += count - outcome.statuses[200]
                    _tell(name, outcome)
                    best[name] = max(best[name], outcome.per_second)
        wrong += booking.wrong_counts(ground, expected=None)
    return _judge(best, wrong)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.load.calendar")
    parser.add_argument("--requests", type=int, default=20_000)
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--threads", type=int, default=4)
    wanted = parser.parse_args()
    print("command: python", *sys.orig_argv[1:], flush=True)
    return wanted


def _lay_slots(ground: Ground) -> date:
    """Fill one whole month with slots; give its first day."""
    from madoguchi import clock

    first = (clock.today().replace(day=1) + timedelta(days=32)).replace(day=1)
    with booking.administrator(ground) as admin:
        admin.execute("DELETE FROM card_reservation_slot")
        admin.execute(
            "INSERT INTO card_reservation_slot (id, place_id, day, starts_at, ends_at, capacity)"
            " SELECT lpad(to_hex(d * %(each)s + n + 1), 32, '0')::uuid, %(place)s, %(first)s::date + d,"
            "        %(first)s::date + d + n * interval '10 minutes',"
            "        %(first)s::date + d + (n + 1) * interval '10 minutes', 5000"
            " FROM generate_series(0, %(days)s - 1) AS d, generate_series(0, %(each)s - 1) AS n",
            {"each": SLOTS_A_DAY, "days": DAYS, "place": ground.place, "first": first},
        )
        admin.execute("UPDATE card_reservation_placerules SET latest_days = 90, capacity = 5000")
        admin.execute("ANALYZE card_reservation_slot")
    return first


def _requests(ground: Ground, first: date) -> dict[str, bytes]:
    from madoguchi.tenancy import find_city, in_city

    with in_city(find_city(code="999997")):
        progress = replace(booking.progress_of(slot=1), place_id=ground.place)
        cookie = booking.signed(progress)
    month = f"{first:%Y-%m}"
    return {
        "aggregation": _get(f"/load/aggregation/?month={month}&place={ground.place}", cookie),
        "constant": _get("/load/constant/", cookie),
        "cached": _get(f"/booking/time/month/?month={month}", cookie),
    }


def _get(path: str, cookie: str) -> bytes:
    return (
        f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\nAccept: text/html\r\nAccept-Language: ja\r\n"
        f"User-Agent: Mozilla/5.0 (load test)\r\nCookie: booking={cookie}\r\n\r\n"
    ).encode()


@contextlib.contextmanager
def _bookings(staged: Stage, ground: Ground) -> Iterator[None]:
    """Book a hundred times a second in the background, with the service's own statement."""
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "book.sql"
        script.write_text(booking.script(ground), encoding="utf-8")
        command, environment = booking.pgbench_command(
            staged,
            ground,
            script,
            ["-M", "prepared", "-c", "2", "-j", "1", "-R", str(BOOKINGS_A_SECOND), "-T", "3600"],
        )
        print("background:", *command, flush=True)
        process = subprocess.Popen(
            command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        time.sleep(1)
        try:
            yield
        finally:
            alive = process.poll() is None
            process.terminate()
            process.wait(10)
            assert alive, "the bookings in the background had stopped"


def _tell(name: str, outcome: Outcome) -> None:
    print(f"{name}: {outcome.per_second:.0f}/s, {dict(outcome.statuses)}", flush=True)


def _judge(best: dict[str, float], wrong: int) -> int:
    times, share = best["cached"] / best["aggregation"], best["cached"] / best["constant"]
    print(
        f"calendar: cached {best['cached']:.0f}/s"
        f" = {times:.1f} x aggregation (goal >= {GOAL_AGGREGATION:.0f})"
        f" = {share:.2f} of constant bytes (goal >= {GOAL_CONSTANT}); {wrong} wrong"
    )
    if wrong:
        return 2
    return 0 if times >= GOAL_AGGREGATION and share >= GOAL_CONSTANT else 1


if __name__ == "__main__":
    raise SystemExit(main())
