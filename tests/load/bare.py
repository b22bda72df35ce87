"""figures.md, Booking: a bare view with the booking statement against pgbench, and what our pages add to it.

python -m tests.load.bare [--bookings 6000] [--rounds 2] [--connections 256]

The same bodies are posted to the last page of the product and to a view without layers, form or rules.
"""

import argparse
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.load.booking import FLOOR_CLIENTS, posts
from tests.load.clients import drive
from tests.load.ground import Ground, empty, lay_ground, wrong_counts
from tests.load.pgbench import pgbench, script
from tests.load.report import Figure, tell, verdict
from tests.load.stage import Stage, stage, web

GOAL = 0.40
BARE = "tests.load.bare_settings"
SITES = {"bare": BARE, "page": ""}


def main() -> int:
    """Run the rounds, print the figures, and fail on a wrong count or a missed goal."""
    wanted = _arguments()
    best = dict.fromkeys((*SITES, "pgbench"), 0.0)
    wrong = {"bookings lost or over": 0}
    with stage() as staged:
        import django

        django.setup()
        ground = lay_ground()
        for _turn in range(wanted.rounds):
            best["pgbench"] = max(best["pgbench"], _by_pgbench(staged, ground))
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


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.load.bare")
    parser.add_argument("--bookings", type=int, default=6_000)
    parser.add_argument("--connections", type=int, default=256)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--threads", type=int, default=2)
    wanted = parser.parse_args()
    print("command: python", *sys.orig_argv[1:], flush=True)
    return wanted


def _by_web(staged: Stage, ground: Ground, wanted: argparse.Namespace, settings: str) -> tuple[float, int]:
    empty(ground)
    with web(staged, workers=wanted.workers, threads=wanted.threads, settings=settings):
        requests = posts(wanted.bookings)
        outcome = drive(address=staged.server_address, requests=requests, connections=wanted.connections)
    booked = outcome.statuses[303]
    return outcome.per_second, wrong_counts(ground, expected=booked) + wanted.bookings - booked


def _by_pgbench(staged: Stage, ground: Ground) -> float:
    empty(ground)
    with TemporaryDirectory() as folder:
        written = Path(folder) / "book.sql"
        written.write_text(script(ground), encoding="utf-8")
        options = ["-M", "prepared", "-c", str(FLOOR_CLIENTS), "-j", "2", "-T", "4"]
        return pgbench(staged, ground, written, options).per_second


if __name__ == "__main__":
    raise SystemExit(main())
