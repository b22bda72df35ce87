"""Figures 10 and 11: what sealing costs, how fast a name is found, how fast a newer key goes through.

python -m tests.load.vault [--rows 100000] [--searches 40]

A city with so many cards. One row is sealed and opened many times; names are searched as at the counter, by
opening one card after the other; numbers by their index. Then a newer key is carried through all rows while
the time is taken, and values are moved to other rows, columns and cities: none may open.
"""

import argparse
import os
import random
import sys
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from tests.load.report import Figure, tell, verdict
from tests.load.stage import stage

CITY_CODE = "999997"
MOST_MICROSECONDS = 100
MOST_SEARCH_MS = 1_000
SWAPS = 2_000
PLACE = "card_management_card.sealed"


def main() -> int:
    """Fill, measure, and fail where a goal is missed or a moved value opens."""
    wanted = _arguments()
    with stage():
        # Making a newer key writes to the key store, as an operator's command does.
        os.environ["DJANGO_SETTINGS_MODULE"] = "tests.load.settings"
        import django

        django.setup()
        _fill(wanted.rows)
        figures = (_sealing(), *_searching(wanted.searches), _rotating(wanted.rows))
    for figure in figures:
        tell(figure)
    return verdict(*figures)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.load.vault")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--searches", type=int, default=40)
    wanted = parser.parse_args()
    print("command: python", *sys.orig_argv[1:], flush=True)
    return wanted


def _city() -> Any:
    from madoguchi.tenancy import find_city

    return find_city(code=CITY_CODE)


def _fill(rows: int) -> None:
    from madoguchi import clock
    from madoguchi.tenancy import in_city
    from plugins.card_management.formats.issuance_notices import open_parser
    from plugins.card_management.services.issuance_notices import NoticeWriter
    from samples.generate import row_of

    people = [row_of(index) for index in range(900)]
    parse = open_parser(today=clock.today())
    for first in range(0, rows, 5_000):
        with in_city(_city()):
            writer = NoticeWriter(import_id=uuid4(), now=clock.now())
            lines = []
            for index in range(first, min(first + 5_000, rows)):
                cells = people[index % len(people)].copy()
                cells[0] = f"{index:09d}"
                row: Any = parse(cells)
                lines.append((index + 2, row))
            writer.write(lines)


def _sealing() -> Figure:
    from madoguchi.ledger import vault
    from madoguchi.tenancy import in_city
    from samples.generate import row_of

    fields = dict(zip("abcdefgh", row_of(1), strict=True))
    with in_city(_city()):
        bound = vault.sealer(place=PLACE)
        row = uuid4()
        seconds = _timed(lambda: [bound.open(bound.seal(fields, row), row) for _turn in range(20_000)])
        accepted = {"moved values that opened": _swapped(bound, fields)}
    spent = seconds / 20_000 * 1_000_000
    return Figure("vault: allowed / seal and open a row", MOST_MICROSECONDS, spent, "µs", 1.0, accepted)


def _swapped(bound: Any, fields: dict[str, str]) -> int:
    """Move values to other rows, columns and cities; count those that open."""
    from madoguchi.ledger import vault
    from madoguchi.ledger.vault.keyring import KEYRING

    keys = KEYRING.keys_of(_city().uuid)
    other = vault.Sealer(keys=keys, place="residents_contact.email")
    opened = 0
    for _turn in range(SWAPS):
        first, second = uuid4(), uuid4()
        value = bound.seal(fields, first)
        changed = bytearray(value)
        changed[random.randrange(len(changed))] ^= 1 << random.randrange(8)
        for sealer, row, moved in (
            (bound, second, value),
            (other, first, value),
            (bound, first, bytes(changed)),
        ):
            try:
                sealer._decrypt(moved, row)
            except Exception:
                continue
            opened += 1
    return opened


def _searching(searches: int) -> tuple[Figure, Figure, Figure]:
    from madoguchi import clock
    from madoguchi.hooks.contracts.eyes import EVERYTHING
    from madoguchi.tenancy import in_city
    from plugins.card_management import queries
    from plugins.card_management.services import search_pages
    from samples.generate import row_of

    def ask(**words: str) -> float:
        def once() -> list[Any]:
            wanted = queries.CardSearch(**words)
            return queries.cards(wanted=wanted, order=(), first=0, count=50, eyes=EVERYTHING)

        with in_city(_city()):
            return _timed(once) * 1_000

    kana = [row_of(index)[2] for index in range(900)]
    # Half of the names are there, and end early; nobody has the others, and every card is opened.
    wanted = [kana[turn] if turn % 2 else f"{kana[turn]}ヌヌ" for turn in range(searches)]
    at_first = [ask(kana=name) for name in wanted]
    with in_city(_city()):
        # As a worker does within minutes of an import.
        search_pages.build(now=clock.now())
    names = [ask(kana=name) for name in wanted]
    numbers = [ask(number=f"{turn * 97:09d}") for turn in range(searches)]
    return (
        Figure("vault: allowed / p95 by name, just imported", MOST_SEARCH_MS, _p95(at_first), "ms", None),
        Figure("vault: allowed / p95 of a search by name", MOST_SEARCH_MS, _p95(names), "ms", 1.0),
        Figure("vault: allowed / p95 of a search by number", MOST_SEARCH_MS, _p95(numbers), "ms", 1.0),
    )


def _p95(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.95) - 1]


def _rotating(rows: int) -> Figure:
    from madoguchi import clock
    from madoguchi.ledger import vault
    from madoguchi.ledger.audit.actors import SYSTEM
    from tenants.keys import rotating

    city = _city()
    vault.begin_generation(city=city)
    waiting = rotating.left(city=city)
    begin = time.perf_counter()
    done = rotating.reseal(city=city, actor=SYSTEM, tell=lambda done, total: None, now=clock.now())
    seconds = time.perf_counter() - begin
    wrong = {"rows left": done.left, "rows broken": done.broken, "rows missed": abs(waiting - done.done)}
    print(f"a newer key: {done.done:,} rows in {seconds:.1f} s", flush=True)
    return Figure("vault: rows sealed anew / rows of the city", done.done, rows, "rows", 1.0, wrong)


def _timed(act: Callable[[], object]) -> float:
    begin = time.perf_counter()
    act()
    return time.perf_counter() - begin


if __name__ == "__main__":
    sys.exit(main())
