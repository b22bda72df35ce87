"""An opening: whoever comes before it draws a lot, whoever comes after it goes in the order of coming.

python -m tests.load.waiting_room [--visitors 5000] [--most 1000] [--think 3]

Half of the crowd comes before the moment that the city chose, half when the doors open. Every visitor keeps
its own connection and address, does as its page says and books once it is in. Printed are Spearman's rank
correlations between coming and place: near 0 for those before the opening, near 1 for those after it.
"""

import argparse
import random
import sys
import time
from collections.abc import Sequence
from datetime import datetime, timedelta

from tests.load.ground import empty, lay_ground, wrong_counts
from tests.load.report import Figure, tell, verdict
from tests.load.rush import PATIENCE_SECONDS, TOLERANCE_SECONDS, bookings, clear, watched
from tests.load.stage import Stage, stage, web
from tests.load.visitors import Crowd, Seen, bad_answers

# A web process may know the settings of so long ago; then the first visitors come before the doors open.
SETTINGS_ARE_KNOWN_SECONDS = 35
LEAST_LEAD = timedelta(seconds=SETTINGS_ARE_KNOWN_SECONDS + 30)
# Under no connection at all, 99.99 in 100 draws stay below this many standard errors.
STANDARD_ERRORS = 4
LEAST_ORDER_AFTER = 0.99


def main() -> int:
    """Let half of the crowd come early, open the doors, and judge the order in which all went in."""
    wanted = _arguments()
    with stage() as staged:
        import django

        django.setup()
        ground = lay_ground()
        with web(staged, workers=wanted.workers, threads=wanted.threads):
            clear(staged)
            written = bookings(wanted.visitors)
            opens_at = _choose_opening(most=wanted.most)
            crowd = Crowd(
                address=staged.server_address,
                bookings=written,
                think=wanted.think,
                opens_at=opens_at.timestamp(),
            )
            # What was chosen stands in the audit list, in which the bookings are counted afterwards.
            empty(ground)
            time.sleep(SETTINGS_ARE_KNOWN_SECONDS)
            seen, most_inside = _let_come(staged, crowd, wanted, opens_at)
        wrong = wrong_counts(ground, expected=seen.booked)
        return _judge(wanted, seen, most_inside, wrong)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.load.waiting_room")
    parser.add_argument("--visitors", type=int, default=5_000)
    parser.add_argument("--most", type=int, default=1_000, help="what the city chose: so many inside at once")
    parser.add_argument("--think", type=float, default=3.0, help="seconds from the first page to the last")
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--threads", type=int, default=2)
    wanted = parser.parse_args()
    print("command: python", *sys.orig_argv[1:], flush=True)
    return wanted


def _choose_opening(*, most: int) -> datetime:
    """Let the city open at the next full minute that leaves time to come early."""
    from madoguchi import clock
    from madoguchi.ledger.audit.actors import SYSTEM
    from madoguchi.preferences import queries, services
    from madoguchi.tenancy import find_city, in_city
    from plugins.card_reservation.declarations.settings import BookingSettings

    opens_at = (clock.now() + LEAST_LEAD).replace(second=0, microsecond=0) + timedelta(minutes=1)
    local = clock.local(opens_at)
    with in_city(find_city(code="999997")):
        chosen = vars(queries.current(BookingSettings)) | {
            "most_visitors": most,
            "opens_on": f"{local:%Y-%m-%d}",
            "opens_at": f"{local:%H:%M}",
        }
        services.change(plugin="card_reservation", values=chosen, actor=SYSTEM, now=clock.now())
    return opens_at


def _let_come(
    staged: Stage, crowd: Crowd, wanted: argparse.Namespace, opens_at: datetime
) -> tuple[Seen, int]:
    crowd.connect()
    lead = opens_at.timestamp() - time.time()
    early = wanted.visitors // 2
    # The early ones spread over what is left, and nobody comes within the last second.
    coming = [random.uniform(0, max(0.1, lead - 1)) for _ in range(early)]
    coming += [random.uniform(lead + 0.1, lead + 3) for _ in range(wanted.visitors - early)]
    with watched(staged) as inside:
        seen = crowd.run(coming=coming, patience=PATIENCE_SECONDS)
    return seen, inside.most


def rank_correlation(values: Sequence[float]) -> float:
    """Compute Spearman's coefficient of values against their order."""
    count = len(values)
    ranks = {value: rank for rank, value in enumerate(sorted(values))}
    squares = sum((ranks[value] - turn) ** 2 for turn, value in enumerate(values))
    return 1 - 6 * squares / (count * (count * count - 1))


def _judge(wanted: argparse.Namespace, seen: Seen, most_inside: int, wrong: int) -> int:
    places = dict(seen.places)
    early, late = (
        [places[who] for who, _moment in sorted(came, key=lambda one: one[1]) if who in places]
        for came in (seen.came_early, seen.came_late)
    )
    lots, order = rank_correlation(early), rank_correlation(late)
    bound = STANDARD_ERRORS / (len(early) - 1) ** 0.5
    ordered = sorted(seen.latencies)
    print(
        f"opening: {len(early)} came before it, {len(late)} after it, all in after {seen.seconds:.0f} s;"
        f" answers {dict(seen.statuses)}; p50 {ordered[len(ordered) // 2] * 1000:.0f} ms,"
        f" p99 {ordered[int(len(ordered) * 0.99)] * 1000:.0f} ms;"
        f" inside at most {most_inside} of {wanted.most};"
        f" overtaken by at most {seen.overtaking_seconds():.1f} s, away at most {seen.longest_away:.1f} s\n"
        f"fairness: rank correlation of coming and place {lots:+.3f} before the opening (by lot: within"
        f" ±{bound:.3f}), {order:+.4f} after it (first come: at least {LEAST_ORDER_AFTER});"
        f" early behind late: {sum(place > min(late) for place in early)}",
        flush=True,
    )
    figure = Figure(
        name="opening: booked / came",
        ours=seen.booked,
        peer=wanted.visitors,
        unit="visitors",
        goal=1.0,
        wrong={
            "error pages": sum(count for _, count in bad_answers(seen.statuses)),
            "connection errors": seen.connection_errors,
            "over the room": max(0, most_inside - wanted.most) + seen.past_the_room,
            "in before the opening": seen.in_too_early,
            "lots in the order of coming": int(abs(lots) > bound),
            "late not in the order of coming": int(order < LEAST_ORDER_AFTER),
            "early behind late": sum(place > min(late) for place in early),
            "unfair": int(seen.overtaking_seconds() > seen.longest_away + TOLERANCE_SECONDS),
            "wrong bookings": wrong,
        },
    )
    tell(figure)
    return verdict(figure)


if __name__ == "__main__":
    raise SystemExit(main())
