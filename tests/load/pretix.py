"""figures.md, Booking: the complete POST of the last page against an order of pretix, on one PostgreSQL.

python -m tests.load.pretix [--orders 200] [--bookings 4000] [--connections 64] [--rounds 1]

pretix is no dependency of ours (its licence is the AGPL). Somebody installs it beside, and names its Python:

    uv venv --python 3.11 /path && uv pip install --python /path/bin/python pretix granian
    export MADOGUCHI_PRETIX_PYTHON=/path/bin/python

Both stand behind the same server with as many workers and threads, warmed up, and take turns. An order is one
free item over the REST API, with neither mail nor idempotency key nor plugin; Valkey is pretix's cache, and
its queue, from which nobody takes. Either is spread over five hundred hours, or all want the first one, which
has room for just as many: a few who come late must all be refused. Before all that, pretix migrates for
minutes. On a machine with other work compare the ratios of the rounds before believing one of them.
"""

import argparse
import json
import sys
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field

from tests.load.booking import posts
from tests.load.clients import Outcome, drive
from tests.load.ground import (
    CAPACITY,
    SLOTS,
    Ground,
    administrator,
    empty,
    lay_ground,
    slot_key,
    wrong_counts,
)
from tests.load.pretix_site import MissingPeer, Peer, empty_peer, find_peer, peer, wrong_orders
from tests.load.report import Figure, tell, verdict
from tests.load.stage import Stage, serve, stage, web

# What was measured before of pretix, 19 to 21 orders a second, is the spread way; load.hot judges one hour.
GOALS: dict[str, float | None] = {"spread": 30.0, "hot": None}
SKIPPED = 77
WARM_UP, LATE = 128, 8
MADE, BOOKED = 201, 303
HOT = 1


def _spread(turn: int) -> int:
    return HOT + 1 + turn % (SLOTS - HOT)


def _hot(turn: int) -> int:
    return HOT


WAYS: dict[str, Callable[[int], int]] = {"spread": _spread, "hot": _hot}


@dataclass
class Side:
    """One of the two: what it is asked, what it says when it is done, and what SQL counts afterwards."""

    name: str
    address: tuple[str, int]
    count: int
    status: int
    ask: Callable[[int, Callable[[int], int]], list[bytes]]
    clear: Callable[[], None]
    wrong_of: Callable[[int], int]
    best: dict[str, float] = field(default_factory=dict)
    wrong: dict[str, int] = field(default_factory=lambda: {"lost or over": 0, "refused": 0, "let in late": 0})


def main() -> int:
    """Run the rounds, print the figures, and fail on a wrong count or a missed goal."""
    wanted = _arguments()
    try:
        python, words = find_peer()
    except MissingPeer as missing:
        print(missing, flush=True)
        return SKIPPED
    print("peer:", words, flush=True)
    with stage() as staged, ExitStack() as stack:
        import django

        django.setup()
        ground = lay_ground()
        rooms = {"items": SLOTS, "room": CAPACITY, "hot_room": wanted.orders}
        found = stack.enter_context(peer(staged, python=python, **rooms))
        size = {"workers": wanted.workers, "threads": wanted.threads}
        stack.enter_context(serve(found.service, **size))
        stack.enter_context(web(staged, **size))
        sides = _theirs(found, wanted.orders), _ours(staged, ground, wanted.bookings)
        for side in sides:
            _warm_up(side, wanted.connections)
        for turn in range(wanted.rounds):
            for way in WAYS:
                theirs, ours = [_measure(side, way, turn, wanted.connections) for side in sides]
                print(f"{way}, round {turn + 1}: {ours / theirs if theirs else 0:.1f} times", flush=True)
    return _judge(*sides)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.load.pretix")
    parser.add_argument("--orders", type=int, default=200, help="of pretix, per round and way")
    parser.add_argument("--bookings", type=int, default=4_000, help="of ours, per round and way")
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--threads", type=int, default=2)
    wanted = parser.parse_args()
    print("command: python", *sys.orig_argv[1:], flush=True)
    return wanted


def _theirs(found: Peer, count: int) -> Side:
    return Side(
        name="pretix",
        address=found.address,
        count=count,
        status=MADE,
        ask=lambda orders, slot_of: [order_of(found, slot_of(turn)) for turn in range(orders)],
        clear=lambda: empty_peer(found),
        wrong_of=lambda made: wrong_orders(found, expected=made),
    )


def _ours(staged: Stage, ground: Ground, count: int) -> Side:
    with administrator(ground) as admin:
        admin.execute("UPDATE card_reservation_slot SET capacity = %s WHERE id = %s", [count, slot_key(HOT)])
    return Side(
        name="ours",
        address=staged.server_address,
        count=count,
        status=BOOKED,
        ask=lambda bookings, slot_of: posts(bookings, slot_of=slot_of),
        clear=lambda: empty(ground),
        wrong_of=lambda made: wrong_counts(ground, expected=made),
    )


def order_of(found: Peer, hour: int) -> bytes:
    """Write the order of one free item over the REST API."""
    order = {
        "email": "resident@example.jp",
        "locale": "en",
        "sales_channel": "web",
        "positions": [{"item": found.items[hour - 1], "variation": None, "price": "0.00"}],
    }
    body = json.dumps(order).encode()
    head = (
        "POST /api/v1/organizers/load/events/load/orders/ HTTP/1.1\r\n"
        f"Host: {found.service.host}\r\nAccept: application/json\r\nAuthorization: Token {found.token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _warm_up(side: Side, connections: int) -> None:
    drive(address=side.address, requests=side.ask(WARM_UP, _spread), connections=connections)


def _measure(side: Side, way: str, turn: int, connections: int) -> float:
    side.clear()
    requests = side.ask(side.count, WAYS[way])
    outcome = drive(address=side.address, requests=requests, connections=connections)
    _tell(f"{side.name}, {way}, round {turn + 1}", outcome)
    made = outcome.statuses[side.status]
    per_second = made / outcome.seconds
    side.best[way] = max(side.best.get(way, 0.0), per_second)
    side.wrong["refused"] += side.count - made
    late = _come_late(side) if way == "hot" else 0
    side.wrong["let in late"] += late
    side.wrong["lost or over"] += side.wrong_of(made + late)
    return per_second


def _come_late(side: Side) -> int:
    """Ask for the hour that is full by now, and count who got it all the same."""
    outcome = drive(address=side.address, requests=side.ask(LATE, _hot), connections=LATE)
    print(f"{side.name}, late: {dict(outcome.statuses)}", flush=True)
    return outcome.statuses[side.status]


def _tell(name: str, outcome: Outcome) -> None:
    print(
        f"{name}: {outcome.per_second:.1f}/s, p50 {outcome.percentile(0.5):.0f} ms,"
        f" p95 {outcome.percentile(0.95):.0f} ms, {dict(outcome.statuses)}",
        flush=True,
    )


def _judge(theirs: Side, ours: Side) -> int:
    wrong = {f"{side.name} {name}": count for side in (ours, theirs) for name, count in side.wrong.items()}
    names = {"spread": "500 hours", "hot": "one hour"}
    figures = [
        Figure(
            f"booking: ours / pretix, {names[way]}",
            *(ours.best[way], theirs.best[way], "a second", GOALS[way], wrong),
        )
        for way in WAYS
    ]
    for figure in figures:
        tell(figure)
    return verdict(*figures)


if __name__ == "__main__":
    raise SystemExit(main())
