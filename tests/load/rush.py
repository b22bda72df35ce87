"""KUR-14: 5,000 people at once when the booking opens: a fair line, no error page, nobody refused.

python -m tests.load.rush [--visitors 5000] [--most 1000] [--think 3]

Every visitor keeps its own connection and address, waits as its page says, and makes a real booking once
it is let in. The places inside are counted by the broker every 50 ms, the bookings afterwards by SQL.
"""

import argparse
import random
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from valkey import Valkey

from tests.load.booking import post_of, progress_of, signed
from tests.load.clients import drive
from tests.load.ground import empty, lay_ground, wrong_counts
from tests.load.report import Figure, tell, verdict
from tests.load.stage import HOST, Stage, stage, web
from tests.load.visitors import Crowd, Seen, bad_answers

SLOTS = 500
LARGEST = 20_000
PRICE_GOAL = 0.75
# Nobody can be let in who does not ask: overtaking lasts no longer than somebody stayed away.
TOLERANCE_SECONDS = 1.0
PATIENCE_SECONDS = 900


@dataclass
class Inside:
    """How many the broker counted inside, at the most."""

    most: int = 0
    looks: int = 0


def main() -> int:
    """Measure what the room costs, let the crowd in, and judge."""
    wanted = _arguments()
    with stage() as staged:
        import django

        django.setup()
        ground = lay_ground()
        _choose(LARGEST)
        without = _start_pages_without_room(staged, wanted)
        with web(staged, workers=wanted.workers, threads=wanted.threads):
            with_room = _start_pages(staged, wanted)
        _choose(wanted.most)
        empty(ground)
        clear(staged)
        with web(staged, workers=wanted.workers, threads=wanted.threads):
            clear(staged)
            seen, inside = _rush(staged, wanted)
        wrong = wrong_counts(ground, expected=seen.booked)
        return _judge(wanted, seen, inside, wrong, (with_room, without))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.load.rush")
    parser.add_argument("--visitors", type=int, default=5_000)
    parser.add_argument("--most", type=int, default=1_000, help="what the city chose: so many inside at once")
    parser.add_argument("--arrive-within", type=float, default=2.0, help="seconds in which all of them come")
    parser.add_argument("--think", type=float, default=3.0, help="seconds from the first page to the last")
    parser.add_argument("--pages", type=int, default=3_000, help="start pages to measure the price with")
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--threads", type=int, default=2)
    wanted = parser.parse_args()
    print("command: python", *sys.orig_argv[1:], flush=True)
    return wanted


def _choose(most: int) -> None:
    """Let the city choose how many come in at once."""
    from madoguchi import clock
    from madoguchi.ledger.audit.actors import SYSTEM
    from madoguchi.preferences import queries, services
    from madoguchi.tenancy import find_city, in_city
    from plugins.card_reservation.declarations.settings import BookingSettings

    with in_city(find_city(code="999997")):
        chosen = vars(queries.current(BookingSettings)) | {"most_visitors": most}
        services.change(plugin="card_reservation", values=chosen, actor=SYSTEM, now=clock.now())


def bookings(count: int) -> list[bytes]:
    """Write the last pages of so many visitors."""
    from madoguchi.tenancy import find_city, in_city

    written = []
    with in_city(find_city(code="999997")):
        for turn in range(count):
            progress = progress_of(slot=turn % SLOTS + 1)
            assert progress.slot_id is not None
            assert progress.key is not None
            written.append(post_of(signed(progress), progress.slot_id, progress.key))
    return written


def _start_pages_without_room(staged: Stage, wanted: argparse.Namespace) -> float:
    staged.environment["MADOGUCHI_LOAD_WITHOUT_ROOM"] = "1"
    try:
        with web(staged, workers=wanted.workers, threads=wanted.threads):
            return _start_pages(staged, wanted)
    finally:
        del staged.environment["MADOGUCHI_LOAD_WITHOUT_ROOM"]


def _start_pages(staged: Stage, wanted: argparse.Namespace) -> float:
    """Ask for first pages as fast as they come; everybody finds a place inside."""
    head = f"GET /booking/ HTTP/1.1\r\nHost: {HOST}\r\nX-Real-IP: 172.16"
    requests = [f"{head}.{n >> 8 & 255}.{n & 255}\r\n\r\n".encode() for n in range(wanted.pages)]
    best = 0.0
    for _ in range(2):
        clear(staged)
        outcome = drive(address=staged.server_address, requests=requests, connections=64)
        assert set(outcome.statuses) == {200}, outcome.statuses
        best = max(best, outcome.per_second)
    return best


def _rush(staged: Stage, wanted: argparse.Namespace) -> tuple[Seen, Inside]:
    crowd = Crowd(address=staged.server_address, bookings=bookings(wanted.visitors), think=wanted.think)
    crowd.connect()
    with watched(staged) as inside:
        coming = [random.uniform(0, wanted.arrive_within) for _ in range(wanted.visitors)]
        seen = crowd.run(coming=coming, patience=PATIENCE_SECONDS)
    return seen, inside


def clear(staged: Stage) -> None:
    """Let the broker forget everybody."""
    broker = Valkey.from_url(staged.environment["MADOGUCHI_VALKEY_URL"])
    for key in broker.scan_iter("madoguchi:room:*"):
        broker.delete(key)


@contextmanager
def watched(staged: Stage) -> Iterator[Inside]:
    """Count who is inside, again and again."""
    broker = Valkey.from_url(staged.environment["MADOGUCHI_VALKEY_URL"])
    key, inside, stopped = f"madoguchi:room:{{{_city()}}}:inside", Inside(), threading.Event()

    def look() -> None:
        while not stopped.is_set():
            inside.most = max(inside.most, int(broker.zcard(key)))  # type: ignore[arg-type]
            inside.looks += 1
            time.sleep(0.05)

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield inside
    finally:
        stopped.set()
        thread.join()


def _city() -> UUID:
    from madoguchi.tenancy import find_city

    return find_city(code="999997").uuid


def _judge(
    wanted: argparse.Namespace, seen: Seen, inside: Inside, wrong: int, price: tuple[float, float]
) -> int:
    ordered = sorted(seen.latencies)
    print(
        f"rush: {wanted.visitors} at once, {seen.waited} waited, all in after {seen.seconds:.0f} s;"
        f" answers {dict(seen.statuses)}; p50 {ordered[len(ordered) // 2] * 1000:.0f} ms,"
        f" p99 {ordered[int(len(ordered) * 0.99)] * 1000:.0f} ms;"
        f" {seen.reconnected} idle connections opened anew;"
        f" inside at most {inside.most} of {wanted.most} ({inside.looks} looks);"
        f" overtaken by at most {seen.overtaking_seconds():.1f} s, away at most {seen.longest_away:.1f} s",
        flush=True,
    )
    rushed = Figure(
        name="rush: booked / came",
        ours=seen.booked,
        peer=wanted.visitors,
        unit="visitors",
        goal=1.0,
        wrong={
            "error pages": sum(count for _, count in bad_answers(seen.statuses)),
            "connection errors": seen.connection_errors,
            "over the room": max(0, inside.most - wanted.most) + seen.past_the_room,
            "unfair": int(seen.overtaking_seconds() > seen.longest_away + TOLERANCE_SECONDS),
            "wrong bookings": wrong,
        },
    )
    priced = Figure(
        name="rush: first page with the waiting room / without",
        ours=price[0],
        peer=price[1],
        unit="pages/s",
        goal=PRICE_GOAL,
    )
    tell(rushed)
    tell(priced)
    return verdict(rushed, priced)


if __name__ == "__main__":
    raise SystemExit(main())
