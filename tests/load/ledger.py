"""The ledger of a city with 360,000 cards: one box, the key screens, and 36 members of staff at once.

python -m tests.load.ledger [--cards 360000] [--staff 36] [--requests 720]

Cards of invented people are written as an import writes them. The box is compared, in one run, with opening
one card after the other, which is what a search by name costs without pages; the plain SQL that fetches the
rows of the list is the floor. Then so many members of staff, each signed in for themselves, ask for the key
screens through the web server: list, list by state, box, person, day. First each reads a page for about two
seconds, which is quick for somebody with a visitor at the counter; then nobody reads anything at all, which
tells how many pages the server has to give.
"""

import argparse
import random
import sys
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from tests.load.clients import drive
from tests.load.report import Figure, tell, verdict
from tests.load.stage import Stage, stage, web

CITY_CODE = "999997"
STAFF_HOST = "staff.midori.localhost"
MOST_MS = 1_000
AT_ONCE = 5_000
A_DAY = 480
SEARCHES = 20


def main() -> int:
    """Fill, search, and let everybody work at once."""
    wanted = _arguments()
    with stage() as staged:
        import django

        django.setup()
        _fill(wanted.cards)
        figures = [*_searching(), _pages_made(wanted.cards)]
        figures += _together(staged, wanted)
    for figure in figures:
        tell(figure)
    return verdict(*figures)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.load.ledger")
    parser.add_argument("--cards", type=int, default=360_000)
    parser.add_argument("--staff", type=int, default=36)
    parser.add_argument("--requests", type=int, default=720)
    parser.add_argument("--reading", type=float, default=2.0, help="seconds that somebody looks at a page")
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--threads", type=int, default=2)
    wanted = parser.parse_args()
    print("command: python", *sys.orig_argv[1:], flush=True)
    return wanted


def _city() -> Any:
    from madoguchi.tenancy import find_city

    return find_city(code=CITY_CODE)


def _fill(cards: int) -> None:
    from django.db import connection

    from madoguchi import clock
    from madoguchi.tenancy import in_city
    from plugins.card_management.formats.issuance_notices import open_parser
    from plugins.card_management.services.issuance_notices import NoticeWriter
    from samples.generate import row_of

    people = [row_of(index) for index in range(900)]
    parse = open_parser(today=clock.today())
    begin = time.perf_counter()
    for first in range(0, cards, AT_ONCE):
        with in_city(_city()):
            writer = NoticeWriter(import_id=uuid4(), now=clock.now())
            lines = []
            for index in range(first, min(first + AT_ONCE, cards)):
                cells = people[index % len(people)].copy()
                cells[0] = f"{index:09d}"
                # Everybody another person: a holder of hundreds of cards is nobody's page.
                cells[1] += _letters(index // len(people))
                cells[2] += _letters(index // len(people))
                # Three years of work, not four days.
                cells[7] = (clock.today() - timedelta(days=index // A_DAY)).isoformat()
                row: Any = parse(cells)
                lines.append((index + 2, row))
            writer.write(lines)
    with in_city(_city()), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM card_management_card")
        print(f"{cursor.fetchone()[0]:,} cards in {time.perf_counter() - begin:.0f} s", flush=True)


def _letters(number: int) -> str:
    return "".join("アイウエオカキクケコ"[int(digit)] for digit in str(number))


def _pages_made(cards: int) -> Figure:
    from django.db import connection

    from madoguchi.tenancy import in_city
    from plugins.card_management.models import Card

    with in_city(_city()):
        kept = Card.objects.count()
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM card_management_searchpage")
            pages = int(cursor.fetchone()[0])
    return Figure("ledger: cards kept / asked for", kept, cards, "cards", 1.0, {"pages missing": 256 - pages})


def _searching() -> list[Figure]:
    from django.db import connection

    from madoguchi import clock
    from madoguchi.tenancy import in_city
    from plugins.card_management.services import search_pages

    words = ["サトウ", "スズキ", "ヌヌヌ", "2/29", "1957-04-01", "12345", "佐藤"]
    one_by_one = [_asked(word) for word in words[:3]]
    with in_city(_city()):
        begin = time.perf_counter()
        made = search_pages.build(now=clock.now())
        print(f"{made} pages made in {time.perf_counter() - begin:.1f} s", flush=True)
    with in_city(_city()), connection.cursor() as cursor:
        cursor.execute("ANALYZE card_management_card")
    paged = [_asked(word) for word in words for _turn in range(3)]
    floor = [_floor() for _turn in range(SEARCHES)]
    print(f"plain SQL of the list: p95 {_p95(floor):.0f} ms", flush=True)
    return [
        Figure("ledger: one by one / the box", _p95(one_by_one), _p95(paged), "ms", 3.0),
        Figure("ledger: allowed / p95 of the box", MOST_MS, _p95(paged), "ms", 1.0),
    ]


def _asked(text: str) -> float:
    from madoguchi.hooks.contracts.eyes import EVERYTHING
    from madoguchi.tenancy import in_city
    from plugins.card_management import queries

    def once() -> object:
        wanted = queries.CardSearch(words=text)
        return queries.cards(wanted=wanted, order=(), first=0, count=25, eyes=EVERYTHING)

    with in_city(_city()):
        return _timed(once) * 1_000


def _floor() -> float:
    from django.db import connection

    from madoguchi.tenancy import in_city

    def once() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM card_management_card WHERE state = 'stored'")
            cursor.execute(
                "SELECT * FROM card_management_card WHERE state = 'stored'"
                " ORDER BY arrived_on DESC, storage, id LIMIT 26"
            )
            cursor.fetchall()

    with in_city(_city()):
        return _timed(once) * 1_000


def _together(staged: Stage, wanted: argparse.Namespace) -> list[Figure]:
    """Let everybody ask for the key screens at once, and take the time of each answer."""
    requests = _asked_for(wanted)
    ask = partial(drive, address=staged.server_address, connections=wanted.staff)
    with web(staged, workers=wanted.workers, threads=wanted.threads):
        ask(requests=requests[: wanted.staff * 2])
        reading = ask(requests=requests, pause=wanted.reading)
        hasty = ask(requests=requests)
    for outcome, how in ((reading, f"each reading for {wanted.reading:.0f} s"), (hasty, "without a pause")):
        print(
            f"{wanted.staff} at once, {how}: p50 {outcome.percentile(0.5):.0f} ms,"
            f" p95 {outcome.percentile(0.95):.0f} ms, {outcome.per_second:.0f} pages a second,"
            f" {dict(outcome.statuses)}",
            flush=True,
        )
    at_once = f"{wanted.staff} staff at once"
    return [
        Figure(
            f"ledger: allowed / p95 of key screens, {at_once}",
            MOST_MS,
            reading.percentile(0.95),
            "ms",
            1.0,
            {"answers but 200": reading.total() - reading.statuses[200]},
        ),
        Figure(
            f"ledger: pages a second / {at_once}, nobody reading",
            hasty.per_second,
            wanted.staff,
            "pages",
            0.5,
            {"answers but 200": hasty.total() - hasty.statuses[200]},
        ),
    ]


def _asked_for(wanted: argparse.Namespace) -> list[bytes]:
    cookies, some = _signed_in(wanted.staff)
    screens = (
        "/cards/",
        "/cards/?state=stored&kind=new",
        "/cards/?words=%E3%82%B5%E3%83%88%E3%82%A6",
        "/cards/?words=12345",
        *(f"/cards/{card}/" for card in some),
        "/cards/?wanted_on=2026-11-24",
    )
    chance = random.Random(7)
    return [_get(chance.choice(screens), cookies[turn % len(cookies)]) for turn in range(wanted.requests)]


def _signed_in(count: int) -> tuple[list[str], list[UUID]]:
    from django.conf import settings
    from django.test import Client

    from madoguchi.accounts.tests.factories import StaffFactory, sign_in
    from madoguchi.tenancy import in_city
    from plugins.card_management.models import Card

    with in_city(_city()):
        some = list(Card.objects.order_by("id").values_list("id", flat=True)[:40])
        cookies = []
        for _turn in range(count):
            client = sign_in(
                Client(headers={"host": STAFF_HOST}), StaffFactory.create(roles=["counter_clerk"])
            )
            cookies.append("; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items()))
        assert settings.SESSION_COOKIE_NAME in cookies[0]
    return cookies, some


def _get(path: str, cookie: str) -> bytes:
    head = f"GET {path} HTTP/1.1\r\nHost: {STAFF_HOST}\r\nCookie: {cookie}\r\nAccept-Language: ja\r\n\r\n"
    return head.encode()


def _p95(times: Sequence[float]) -> float:
    return sorted(times)[min(len(times) - 1, int(len(times) * 0.95))]


def _timed(act: Callable[[], object]) -> float:
    begin = time.perf_counter()
    act()
    return time.perf_counter() - begin


if __name__ == "__main__":
    sys.exit(main())
