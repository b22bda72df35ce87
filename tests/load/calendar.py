"""figures.md, Availability calendar: the residents' own page, 31 days of 54 slots, 100 bookings a second.

python -m tests.load.calendar [--requests 10000] [--connections 64]

The page is /booking/time/ as residents open it: signed cookie, head, menu, languages, month, list link and
foot. It is compared, through the same layers on the same server, with counting the bookings for every
visitor and looping over the cells in a template (which draws only the bare table), and with answering as
many bytes as the page has, made beforehand and the same for everybody.
"""

import argparse
import contextlib
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from http.client import HTTPConnection
from pathlib import Path

from tests.load import booking, pgbench
from tests.load.clients import Outcome, drive
from tests.load.colours import ALLOWED_SECONDS, Seen, Watcher
from tests.load.ground import SLOT_KEY, Ground, administrator, find_ground, wrong_counts
from tests.load.report import MISSED, WRONG, numbers_of_a_run
from tests.load.stage import HOST, Stage, stage, web

GOAL_LOOP = 12.0
GOAL_CONSTANT = 0.3
DAYS, SLOTS_A_DAY = 31, 54
# On the first days two slots are left, so that colours change all along; the others take the crowd.
CHANGING_DAYS, CHANGING_SLOTS = 20, 2
BOOKINGS_A_SECOND = 105
CHANGING = f"random(0, {CHANGING_DAYS - 1}) * {SLOTS_A_DAY} + random(1, {CHANGING_SLOTS})"
CROWD = f"random({CHANGING_DAYS * SLOTS_A_DAY + 1}, {DAYS * SLOTS_A_DAY})"


def main() -> int:
    """Run each way in turn and compare the best, while somebody checks the colours."""
    wanted = numbers_of_a_run("tests.load.calendar", requests=10_000, connections=64, rounds=2)
    with stage() as staged:
        import django

        django.setup()
        ground = find_ground()
        first = _lay_slots(ground)
        addresses, headers = _addresses(ground, first), _headers(ground)
        watcher = Watcher(staged.server_address, (addresses["page"], headers), lambda: administrator(ground))
        with web(staged, workers=wanted.workers, threads=wanted.threads), _bookings(staged, ground):
            addresses["constant"] += str(_size(staged, addresses["page"], headers))
            with watcher as seen:
                best, failed = _run(staged, wanted, addresses, headers)
        wrong = failed + wrong_counts(ground, expected=None)
    return _judge(best, wrong, seen)


def _run(
    staged: Stage, wanted: argparse.Namespace, addresses: Mapping[str, str], headers: Mapping[str, str]
) -> tuple[dict[str, float], int]:
    best, failed = dict.fromkeys(addresses, 0.0), 0
    for _turn in range(wanted.rounds):
        for name, path in addresses.items():
            count = wanted.requests // 25 if name in ("loop", "aggregation") else wanted.requests
            outcome = drive(
                address=staged.server_address,
                requests=[_get(path, headers)] * count,
                connections=wanted.connections,
            )
            failed += count - outcome.statuses[200]
            _tell(name, outcome)
            best[name] = max(best[name], outcome.per_second)
    return best, failed


def _lay_slots(ground: Ground) -> date:
    """Fill one whole month with slots; give its first day."""
    from madoguchi import clock

    first = _month_of_31_days(clock.today())
    with administrator(ground) as admin:
        admin.execute("DELETE FROM card_reservation_slot")
        admin.execute(
            "INSERT INTO card_reservation_slot (id, place_id, day, starts_at, ends_at, capacity)"
            f" SELECT {SLOT_KEY.format('d * %(each)s + n + 1')}::uuid, %(place)s,"
            "        %(first)s::date + d,"
            "        %(first)s::date + d + n * interval '10 minutes',"
            "        %(first)s::date + d + (n + 1) * interval '10 minutes',"
            "        CASE WHEN d >= %(changing_days)s THEN 5000"
            "             WHEN n < %(changing_slots)s THEN 3 + d %% 6 ELSE 0 END"
            " FROM generate_series(0, %(days)s - 1) AS d, generate_series(0, %(each)s - 1) AS n",
            {
                "each": SLOTS_A_DAY,
                "days": DAYS,
                "changing_days": CHANGING_DAYS,
                "changing_slots": CHANGING_SLOTS,
                "place": ground.place,
                "first": first,
            },
        )
        admin.execute("UPDATE card_reservation_placerules SET latest_days = 90, capacity = 5000")
        admin.execute("ANALYZE card_reservation_slot")
    return first


def _month_of_31_days(today: date) -> date:
    """Find the next month that is as long as the benchmark wants it; it lies within ninety days."""
    first = today
    while True:
        first = (first.replace(day=1) + timedelta(days=32)).replace(day=1)
        if (first + timedelta(days=DAYS - 1)).month == first.month:
            return first


def _addresses(ground: Ground, first: date) -> dict[str, str]:
    month = f"{first:%Y-%m}"
    return {
        "loop": f"/load/loop/?month={month}&place={ground.place}",
        "aggregation": f"/load/aggregation/?month={month}&place={ground.place}",
        "constant": "/load/constant/?size=",
        "page": f"/booking/time/?month={month}",
        "day": f"/booking/time/?day={first + timedelta(days=DAYS - 1)}",
    }


def _headers(ground: Ground) -> dict[str, str]:
    from madoguchi.tenancy import find_city, in_city

    with in_city(find_city(code="999997")):
        progress = replace(booking.progress_of(slot=1), place_id=ground.place, slot_id=None)
        cookie = booking.signed(progress)
    return {
        "Host": HOST,
        "Accept": "text/html",
        "Accept-Language": "ja",
        "User-Agent": "Mozilla/5.0 (load test)",
        "Cookie": f"csrftoken={booking.CSRF}; booking={cookie}",
    }


def _get(path: str, headers: Mapping[str, str]) -> bytes:
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"GET {path} HTTP/1.1\r\n{lines}\r\n".encode()


def _size(staged: Stage, path: str, headers: Mapping[str, str]) -> int:
    connection = HTTPConnection(*staged.server_address, timeout=30)
    connection.request("GET", path, headers=dict(headers))
    answer = connection.getresponse()
    assert answer.status == 200, answer.status
    return len(answer.read())


@contextlib.contextmanager
def _bookings(staged: Stage, ground: Ground) -> Iterator[None]:
    """Book a hundred times a second in the background, with the service's own statement."""
    with tempfile.TemporaryDirectory() as folder:
        changing, crowd = Path(folder) / "changing.sql", Path(folder) / "crowd.sql"
        changing.write_text(pgbench.script(ground, slot=CHANGING), encoding="utf-8")
        crowd.write_text(pgbench.script(ground, slot=CROWD), encoding="utf-8")
        wanted = ["-M", "prepared", "-c", "2", "-j", "1", "-R", str(BOOKINGS_A_SECOND), "-T", "3600"]
        command, environment = pgbench.pgbench_command(
            staged, ground, Path(f"{crowd}@20"), [*wanted, "-f", f"{changing}@1"]
        )
        print("background:", *command, flush=True)
        process = subprocess.Popen(
            command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        started = time.monotonic()
        time.sleep(1)
        try:
            yield
        finally:
            alive = process.poll() is None
            process.terminate()
            process.wait(10)
            assert alive, "the bookings in the background had stopped"
            print(f"background: {time.monotonic() - started:.0f} seconds", flush=True)


def _tell(name: str, outcome: Outcome) -> None:
    print(
        f"{name}: {outcome.per_second:.0f}/s, {dict(outcome.statuses)},"
        f" {outcome.bytes_read // max(1, outcome.statuses.total())} bytes each",
        flush=True,
    )


def _judge(best: Mapping[str, float], wrong: int, seen: Seen) -> int:
    page = best["page"]
    times, share = page / best["loop"], page / best["constant"]
    print(
        f"calendar: the page {page:.0f}/s = {times:.1f} x aggregation and template loop"
        f" {best['loop']:.0f}/s (goal >= {GOAL_LOOP:.0f})"
        f" = {share:.2f} of as many constant bytes through the same layers {best['constant']:.0f}/s"
        f" (goal >= {GOAL_CONSTANT});"
        f" reported: {page / best['aggregation']:.1f} x aggregation built from strings"
        f" {best['aggregation']:.0f}/s, with a day chosen {best['day']:.0f}/s"
    )
    print(
        f"colours: {seen.wrong} wrong ({seen.behind} older than {ALLOWED_SECONDS} s, {seen.ahead} ahead,"
        f" {seen.missing} missing) on {seen.pages} pages while {seen.changes} changed; {wrong} wrong counts"
    )
    if wrong or seen.wrong or not seen.changes:
        return WRONG
    return 0 if times >= GOAL_LOOP and share >= GOAL_CONSTANT else MISSED


if __name__ == "__main__":
    raise SystemExit(main())
