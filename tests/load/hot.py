"""figures.md, Booking: everybody wants one hour, and what a refusal costs once it is full.

python -m tests.load.hot [--bookings 4000] [--rounds 2] [--connections 64]

The same complete POSTs of the last page: spread over five hundred slots, all for one slot, and all for one
that is full. A refusal is a whole page that names the hours nearest to the one that is gone, an acceptance a
line that leads on: what the server of the database spends on each is compared by pgbench with our statement.
"""

import argparse
import sys
from collections.abc import Callable, Iterator

from tests.load.booking import posts
from tests.load.clients import Outcome, drive
from tests.load.ground import SLOTS, Ground, administrator, empty, lay_ground, slot_key, wrong_counts
from tests.load.pgbench import prepared, script
from tests.load.report import Figure, numbers_of_a_run, tell, verdict
from tests.load.stage import Stage, stage, web

HOT, FULL = 1, 2
ROOM = 30_000
GOALS = {"hot": 0.4, "statement": 2.0}


def main() -> int:
    """Run the rounds, print the figures, and fail on a wrong count or a missed goal."""
    wanted = numbers_of_a_run("tests.load.hot", bookings=4_000, connections=64, rounds=2)
    best: dict[str, float] = {}
    wrong = dict.fromkeys(("bookings lost or over", "refusals missing"), 0)
    with stage() as staged:
        import django

        django.setup()
        ground = lay_ground()
        _set_capacities(ground)
        booked, refused = [
            prepared(staged, ground, script(ground, slot=slot), clients=16)
            for slot in (f"random({FULL + 1}, {SLOTS})", str(FULL))
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
        Figure("booking: refused with a page / booked", best["full"], best["spread"], "a second"),
        Figure("booking: refused / booked by pgbench", refused, booked, "a second", GOALS["statement"]),
    ]
    for figure in figures:
        tell(figure)
    return verdict(*figures)


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


if __name__ == "__main__":
    sys.exit(main())
