"""figures.md, Booking: a bare view with the booking statement against pgbench, and what our pages add to it.

python -m tests.load.bare [--bookings 6000] [--rounds 2] [--connections 256]

The same bodies are posted to the last page of the product and to a view without layers, form or rules.
"""

import argparse

from tests.load.booking import FLOOR_CLIENTS, posts
from tests.load.clients import drive
from tests.load.ground import Ground, empty, lay_ground, wrong_counts
from tests.load.pgbench import prepared, script
from tests.load.report import Figure, numbers_of_a_run, tell, verdict
from tests.load.stage import Stage, stage, web

GOAL = 0.40
BARE = "tests.load.bare_settings"
SITES = {"bare": BARE, "page": ""}


def main() -> int:
    """Run the rounds, print the figures, and fail on a wrong count or a missed goal."""
    wanted = numbers_of_a_run("tests.load.bare", bookings=6_000, connections=256, rounds=2)
    best = dict.fromkeys((*SITES, "pgbench"), 0.0)
    wrong = {"bookings lost or over": 0}
    with stage() as staged:
        import django

        django.setup()
        ground = lay_ground()
        for _turn in range(wanted.rounds):
            best["pgbench"] = max(
                best["pgbench"], prepared(staged, ground, script(ground), clients=FLOOR_CLIENTS)
            )
            for name, settings in SITES.items():
                per_second, off = _by_web(staged, ground, wanted, settings)
                print(f"{name}: {per_second:.0f}/s", flush=True)
                best[name] = max(best[name], per_second)
                wrong["bookings lost or over"] += off
    figures = (
        Figure("booking: bare view / pgbench", best["bare"], best["pgbench"], "a second", GOAL, wrong),
        Figure("booking: complete page / bare view", best["page"], best["bare"], "a second"),
    )
    for figure in figures:
        tell(figure)
    return verdict(*figures)


def _by_web(staged: Stage, ground: Ground, wanted: argparse.Namespace, settings: str) -> tuple[float, int]:
    empty(ground)
    with web(staged, workers=wanted.workers, threads=wanted.threads, settings=settings):
        requests = posts(wanted.bookings)
        outcome = drive(address=staged.server_address, requests=requests, connections=wanted.connections)
    booked = outcome.statuses[303]
    return outcome.per_second, wrong_counts(ground, expected=booked) + wanted.bookings - booked


if __name__ == "__main__":
    raise SystemExit(main())
