"""figures.md, Bulk import: a list of notices through the product's own reader and writer against plain COPY.

python -m tests.load.importing [--rows 300000] [--rounds 2]

Plain COPY gets the very rows that our import stores, ready-made, into a table with the same
columns and indexes: what is left between the two is reading, checking, indexing and comparing.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID, uuid4

import psycopg

from tests.load.report import Figure, tell, verdict
from tests.load.stage import stage

CITY_CODE = "999997"
GOALS = {"fresh": 0.4, "rewrite": 0.3, "unchanged": 0.5}
MOST_GROWTH_MB = 100
BLOCK_BYTES = 1 << 16


@dataclass(frozen=True)
class Measured:
    """What one pass took and counted."""

    seconds: float
    growth_mb: float
    new: int
    changed: int
    same: int
    broken: int


def main() -> int:
    """Run every pass, print the figures, and fail on a wrong count or a missed goal."""
    wanted = _arguments()
    if wanted.step:
        print(json.dumps(_step(wanted)))
        return 0
    print("command: python", *sys.orig_argv[1:], flush=True)
    with stage(), TemporaryDirectory() as folder:
        _write_files(Path(folder), wanted.rows)
        figures = [
            figure
            for is_sealed in (False, True)
            for figure in _measure(Path(folder), wanted.rows, wanted.rounds, is_sealed)
        ]
    for figure in figures:
        tell(figure)
    return verdict(*figures)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.load.importing")
    parser.add_argument("--rows", type=int, default=300_000)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--step", default="", help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--plain", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


# -- the parent: which passes, and what they prove -----------------------------------------


def _measure(folder: Path, rows: int, rounds: int, is_sealed: bool) -> Iterator[Figure]:
    best: dict[str, Measured] = {}
    copied = 0.0
    wrong: dict[str, int] = dict.fromkeys(("lost", "double", "miscounted"), 0)
    for _turn in range(rounds):
        for step, file in (("fresh", "first"), ("rewrite", "second"), ("unchanged", "second")):
            passed = _run(step, folder / file, is_sealed)
            measured = Measured(**passed["measured"])
            for name, count in _wrong(step, measured, passed["stored"], rows).items():
                wrong[name] += count
            if step not in best or measured.seconds < best[step].seconds:
                best[step] = measured
        seconds = float(_run("copy", folder / "second", is_sealed)["seconds"])
        copied = max(copied, rows / seconds)
    kind = "sealed" if is_sealed else "plain"
    for step, measured in best.items():
        goal = None if is_sealed else GOALS[step]
        yield Figure(
            f"import {step} ({kind}) / plain COPY", rows / measured.seconds, copied, "rows/s", goal, wrong
        )
    growth = max(measured.growth_mb for measured in best.values())
    yield Figure(f"memory of the import ({kind}), allowed / grown", MOST_GROWTH_MB, growth, "MB", 1.0, wrong)


def _run(step: str, file: Path, is_sealed: bool) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.load.importing", "--step", step, "--file", str(file)]
    command += [] if is_sealed else ["--plain"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr)
    passed: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    print(step, "sealed" if is_sealed else "plain", passed, flush=True)
    return passed


def _wrong(step: str, measured: Measured, stored: dict[str, int], rows: int) -> dict[str, int]:
    expected = {"fresh": measured.new, "rewrite": measured.changed, "unchanged": measured.same}[step]
    return {
        "lost": abs(rows - stored["cards"]),
        "double": abs(stored["cards"] - stored["people"]),
        "miscounted": abs(rows - expected) + measured.broken,
    }


def _write_files(folder: Path, rows: int) -> None:
    from samples.generate import HEADING, row_of

    # A few thousand invented people, repeated under ever new numbers: the numbers make them distinct.
    people = [row_of(index) for index in range(900)]
    for name, suffix in (("first", ""), ("second", "２")):
        with (folder / name).open("w", encoding="cp932", newline="") as file:
            file.write(",".join(HEADING) + "\r\n")
            for index in range(rows):
                cells = people[index % len(people)].copy()
                cells[0] = f"{index // 1_000_000:03d}{index % 1_000_000:06d}"
                cells[5] += suffix
                file.write(",".join(cells) + "\r\n")


# -- the child: one pass in a fresh process -------------------------------------------------


def _step(wanted: argparse.Namespace) -> dict[str, Any]:
    import django

    from deploy.collecting import collect_seldom

    django.setup()
    # As every process of the worker does.
    collect_seldom()
    from tests.load.ground import administrator, find_ground

    with administrator(find_ground()) as admin:
        if wanted.step == "copy":
            return {"seconds": _copy_alone(admin)}
        if wanted.step == "fresh":
            admin.execute("TRUNCATE card_management_card CASCADE")
        # After a checkpoint every touched page is written whole once: the same for each pass, not by chance.
        admin.execute("CHECKPOINT")
        before = _written(admin)
        measured = _import_in_city(wanted.file, is_sealed=not wanted.plain)
        after = _written(admin)
        return {
            "measured": measured,
            "stored": _stored(admin),
            # Why a pass was slow: a rewrite writes 450 MB and 24,000 whole pages, more with a checkpoint.
            "machine": {
                "load": round(os.getloadavg()[0], 1),
                **{name: after[name] - before[name] for name in before},
            },
        }


def _import_in_city(file: Path, *, is_sealed: bool) -> dict[str, Any]:
    from madoguchi.tenancy import find_city, in_city

    city = find_city(code=CITY_CODE)
    before = _peak_mb()
    start = time.perf_counter()
    with in_city(city):
        counted = _import(file, is_sealed=is_sealed)
    seconds = time.perf_counter() - start
    return {**counted, "seconds": seconds, "growth_mb": _peak_mb() - before}


def _import(file: Path, *, is_sealed: bool) -> dict[str, Any]:
    from madoguchi import clock
    from madoguchi.exchange.services.inspection import find_layout
    from madoguchi.exchange.services.reading import RowSource
    from madoguchi.exchange.services.running import run
    from plugins.card_management.formats.issuance_notices import COLUMNS, open_parser
    from plugins.card_management.services.issuance_notices import NoticeWriter

    writer = NoticeWriter(import_id=uuid4(), now=clock.now())
    if not is_sealed:
        _take_the_seals_off(writer)
    with file.open("rb") as stream:
        layout = find_layout(content=stream.readline(), encoding="cp932", columns=COLUMNS)
        stream.seek(0)
        source = RowSource(
            stream=stream,
            encoding="cp932",
            layout=layout,
            parse=open_parser(today=clock.today()),
        )
        tally = run(source=source, act=writer.write, tell=lambda done, total: None, expected=0)
    counted = tally.counted
    return {
        "new": counted.new,
        "changed": counted.changed,
        "same": counted.same,
        "broken": tally.broken,
    }


def _take_the_seals_off(writer: Any) -> None:
    import hashlib

    from plugins.card_management.services.indexes import CardIndexes

    def plain_index(value: str) -> bytes:
        return hashlib.md5(value.encode(), usedforsecurity=False).digest()

    def plain_blob(fields: dict[str, str], row: UUID) -> bytes:
        return encode(fields).encode()

    encode: Callable[[dict[str, str]], str] = json.JSONEncoder(ensure_ascii=False).encode
    writer._indexes = CardIndexes(plain_index, plain_index, plain_index, plain_index, plain_index)
    writer._seal = plain_blob
    writer._read = lambda sealed, card: sealed


def _copy_alone(admin: psycopg.Connection[Any]) -> float:
    admin.execute("CREATE TABLE ready_made (LIKE card_management_card INCLUDING ALL)")
    try:
        with admin.cursor() as cursor:
            with cursor.copy("COPY card_management_card TO STDOUT (FORMAT BINARY)") as out:
                ready = b"".join(bytes(part) for part in out)
            start = time.perf_counter()
            with cursor.copy("COPY ready_made FROM STDIN (FORMAT BINARY)") as into:
                for first in range(0, len(ready), BLOCK_BYTES):
                    into.write(ready[first : first + BLOCK_BYTES])
            return time.perf_counter() - start
    finally:
        admin.execute("DROP TABLE ready_made")


def _written(admin: psycopg.Connection[Any]) -> dict[str, int]:
    row = admin.execute("SELECT wal_fpi, (wal_bytes / 1048576)::int FROM pg_stat_wal").fetchone()
    assert row is not None
    return {"whole_pages": row[0], "wal_mb": row[1]}


def _stored(admin: psycopg.Connection[Any]) -> dict[str, int]:
    row = admin.execute("SELECT count(*), count(DISTINCT person_index) FROM card_management_card").fetchone()
    assert row is not None
    return {"cards": row[0], "people": row[1]}


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    sys.exit(main())
