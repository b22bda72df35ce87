"""figures.md, Booking: everybody wants one hour, and what a refusal costs once it is full.

python -m tests.load.hot [--bookings 4000] [--rounds 2] [--connections 64]

The same complete POSTs of the last page: spread over five hundred slots, all for one slot, and all for one
that is full. A refusal is a whole page that names the hours nearest to the one that is gone, an acceptance a
line that leads on: what the server of the database spends on each is compared by pgbench with our statement.
"""

import argparse
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.load.booking import posts
from tests.load.clients import Outcome, drive
from tests.load.ground import SLOTS, Ground, administrator, empty, lay_ground, slot_key, wrong_counts
from tests.load.pgbench import pgbench, script
from tests.load.report import Figure, tell, verdict
from tests.load.stage import Stage, stage, web

HOT, FULL = 1, 2
ROOM = 30_000
GOALS = {"hot": 0.4, "full": 0.25, "statement": 2.0}


def main() -> int:
    """Run the rounds, print the figures, and fail on a wrong count or a missed goal."""
    wanted = _arguments()
    best: dict[str, float] = {}
    wrong = dict.fromkeys(("bookings lost or over", "refusals missing"), 0)
    with stage() as staged:
        import django

        django.setup()
        ground = lay_ground()
        _set_capacities(ground)
        booked, refused = [
            _by_pgbench(staged, ground, slot) for slot in (f"random({FULL + 1}, {SLOTS})", str(FULL))
        ]
        with web(staged, workers=wanted.workers, threads=wanted.threads):
            for _turn in range(wanted.rounds):
                for name, status, outcome in _round(staged, ground, wanted):
                    answered = outcome.statuses[status]
                    per_second = round(outcome.per_second)
                    print(f"{name}: {per_second}/s, {dict(outcome.statuses)}", flush=True)
                    best[name] = max(best.get(name, 0.0), outcome.per_second)
                    expected = answered if status == 303 else 0
                    wrong["bookings lost or over"] += wrong_counts(ground, expected=expected)
                    wrong["refusals missing"] += wanted.bookings - answered
    figures = [
        Figure(
            "booking: one hot slot / 500 slots", best["hot"], best["spread"], "a second", GOALS["hot"], wrong
        ),
        Figure(
            "booking: refused with a page / booked", best["full"], best["spread"], "a second", GOALS["full"]
        ),
        Figure("booking: refused / booked by pgbench", refused, booked, "a second", GOALS["statement"]),
    ]
    for figure in figures:
        tell(figure)
    return verdict(*figures)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.load.hot")
    parser.add_argument("--bookings", type=int, default=4_000)
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--threads", type=int, default=2)
    wanted = parser.parse_args()
    print("command: python", *sys.orig_argv[1:], flush=True)
    return wanted


def _set_capacities(ground: Ground) -> None:
    with administrator(ground) as admin:
        for slot, capacity in ((HOT, ROOM), (FULL, 0)):
            admin.execute(
                "UPDATE card_reservation_slot SET capacity = %s WHERE id = %s", [capacity, slot_key(slot)]
            )


def _round(staged: Stage, ground: Ground, wanted: argparse.Namespace) -> Iterator[tuple[str, int, Outcome]]:
    def spread(turn: int) -> int:
        # Past the hot one and the full one.
        return FULL + 1 + turn % (SLOTS - FULL)

    ways: tuple[tuple[str, int, Callable[[int], int]], ...] = (
        ("spread", 303, spread),
        ("hot", 303, lambda turn: HOT),
        ("full", 409, lambda turn: FULL),
    )
    for name, status, slot_of in ways:
        empty(ground)
        requests = posts(wanted.bookings, slot_of=slot_of)
        outcome = drive(address=staged.server_address, requests=requests, connections=wanted.connections)
        yield name, status, outcome


def _by_pgbench(staged: Stage, ground: Ground, slot: str) -> float:
    empty(ground)
    with TemporaryDirectory() as folder:
        written = Path(folder) / "book.sql"
        written.write_text(script(ground, slot=slot), encoding="utf-8")
        options = ["-M", "prepared", "-c", "16", "-j", "2", "-T", "4"]
        return pgbench(staged, ground, written, options).per_second


if __name__ == "__main__":
    sys.exit(main())
