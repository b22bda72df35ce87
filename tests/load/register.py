"""FUJ-20: the file of all residents of a city of 443,000, taken in at first and on a day without changes.

python -m tests.load.register [--rows 443000]

Both files go the whole way of the product: received and sealed in pieces, checked, applied, each step in a
process of its own as a worker has it. The second file tells of the same residents in the other order.
Plain COPY gets the very rows that are stored, ready-made, into a table with the same columns and indexes.
"""

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg

from tests.load.report import Figure, tell, verdict
from tests.load.stage import stage

CITY_CODE = "999997"
TABLE = "card_management_resident"
# Rows a second over those of plain COPY.
GOALS = {"first apply": 0.4, "unchanged check": 0.5, "unchanged apply": 0.5}
MOST_GROWTH_MB = 100
BLOCK_BYTES = 1 << 16


def main() -> int:
    """Take both files in, print the figures, and fail on a wrong count or a missed goal."""
    wanted = _arguments()
    if wanted.step:
        print(json.dumps(_step(wanted)))
        return 0
    print("command: python", *sys.orig_argv[1:], flush=True)
    with stage(), TemporaryDirectory() as folder:
        write_files(Path(folder), wanted.rows)
        figures = list(_measure(Path(folder), wanted.rows))
    for figure in figures:
        tell(figure)
    return verdict(*figures)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.load.register")
    parser.add_argument("--rows", type=int, default=443_000)
    parser.add_argument("--step", default="", help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


# -- the parent: which steps, and what they prove ------------------------------------------


def _measure(folder: Path, rows: int) -> Iterator[Figure]:
    taken: dict[str, dict[str, Any]] = {}
    for name in ("first", "unchanged"):
        for step in ("receive", "check", "apply"):
            taken[f"{name} {step}"] = _run(step, folder / name)
    copied = rows / float(_run("copy", folder / "first")["seconds"])
    wrong = {
        "missing": rows - int(taken["unchanged apply"]["residents"]),
        "not new at first": rows - int(taken["first apply"]["new"]),
        "not the same then": rows - int(taken["unchanged apply"]["same"]),
        "broken or struck off": sum(int(each["wrong"]) for each in taken.values()),
    }
    for name, each in taken.items():
        ours = rows / each["seconds"]
        yield Figure(f"register {name} / plain COPY", ours, copied, "rows/s", GOALS.get(name), wrong)
    grown = max(each["growth_mb"] for name, each in taken.items() if not name.endswith("receive"))
    yield Figure("memory of the register, allowed / grown", MOST_GROWTH_MB, grown, "MB", 1.0, wrong)


def _run(step: str, file: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.load.register", "--step", step, "--file", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    print(file.name, step, found, flush=True)
    return found


def write_files(folder: Path, rows: int) -> None:
    from plugins.card_management.formats.register import COLUMNS, OPTIONAL

    for name, order in (("first", range(rows)), ("unchanged", reversed(range(rows)))):
        with (folder / name).open("w", encoding="cp932", newline="") as file:
            file.write(",".join((*COLUMNS, *OPTIONAL)) + "\r\n")
            file.writelines(",".join(_resident(number)) + "\r\n" for number in order)


def _resident(number: int) -> tuple[str, ...]:
    """Write an invented resident; every code begins with 9, as no real one of this city does."""
    family, given = number % 997, number // 997
    kana = f"ミホン{_kana(family)} レイ{_kana(given)}"
    return (
        f"9{number:010}",
        f"見本{family}　例{given}",
        kana,
        f"架空県見本市例示町{number % 90 + 1}番地{number % 31 + 1}",
        f"{1930 + number % 95}-{1 + number // 95 % 12:02}-{1 + number // 1140 % 28:02}",
        "男" if number % 2 else "女",
        "",
        "",
        "有" if number % 3 else "無",
        "2031-03-31" if number % 40 == 0 else "",
        "",
        "",
        "",
        f"{8300000 + number % 900}",
        "1",
    )


def _kana(number: int) -> str:
    return "".join("アイウエオカキクケコ"[int(digit)] for digit in str(number))


# -- the child: one step in a fresh process -------------------------------------------------


def _step(wanted: argparse.Namespace) -> dict[str, Any]:
    import django

    from deploy.collecting import collect_seldom

    django.setup()
    # As every process of the worker does.
    collect_seldom()
    from madoguchi.tenancy import find_city, in_city
    from tests.load.ground import administrator, find_ground

    with administrator(find_ground()) as admin:
        if wanted.step == "copy":
            return {"seconds": _copy_alone(admin)}
        admin.execute("CHECKPOINT")
        before, begin = _peak_mb(), time.perf_counter()
        with in_city(find_city(code=CITY_CODE)):
            counted = STEPS[wanted.step](wanted.file)
        seconds, growth = time.perf_counter() - begin, _peak_mb() - before
        row = admin.execute(f"SELECT count(*) FROM {TABLE} WHERE standing = 'present'").fetchone()
        assert row is not None
        return {**counted, "residents": row[0], "seconds": seconds, "growth_mb": growth}


def _receive(file: Path) -> dict[str, Any]:
    from madoguchi import clock
    from madoguchi.exchange.services import intake
    from madoguchi.ledger.audit.actors import SYSTEM
    from plugins.card_management.formats.register import EVERYBODY

    content = file.read_bytes()
    intake.receive(
        format_name=EVERYBODY,
        file_name=f"{file.name}.csv",
        content=content,
        actor=SYSTEM,
        now=clock.now(),
        largest=len(content),
    )
    return {"megabytes": round(len(content) / 1e6, 1), "wrong": 0}


def _check(file: Path) -> dict[str, Any]:
    from madoguchi import clock
    from madoguchi.exchange.services import intake

    job = _job(file)
    intake.check(import_id=job.id, tell=lambda done, total: None, now=clock.now())
    job.refresh_from_db()
    wrong = job.broken + job.changed + job.findings["removed"] + len(job.findings["stops"])
    return {"new": job.new, "same": job.same, "wrong": wrong}


def _apply(file: Path) -> dict[str, Any]:
    from uuid import uuid4

    from madoguchi import clock
    from madoguchi.exchange.services import applying
    from madoguchi.ledger.audit.actors import SYSTEM

    job, now = _job(file), clock.now()
    applying.claim(import_id=job.id, job_id=uuid4(), actor=SYSTEM, now=now)
    done = applying.apply(import_id=job.id, actor=SYSTEM, tell=lambda done, total: None, now=now)
    return {"new": done.new, "same": done.same, "wrong": done.broken + done.changed}


STEPS: dict[str, Callable[[Path], dict[str, Any]]] = {"receive": _receive, "check": _check, "apply": _apply}


def _job(file: Path) -> Any:
    from madoguchi.exchange.models import ImportJob

    return ImportJob.objects.get(file_name=f"{file.name}.csv")


def _copy_alone(admin: psycopg.Connection[Any]) -> float:
    admin.execute(f"CREATE TABLE ready_made (LIKE {TABLE} INCLUDING ALL)")
    with admin.cursor() as cursor:
        with cursor.copy(f"COPY {TABLE} TO STDOUT (FORMAT BINARY)") as out:
            ready = b"".join(bytes(part) for part in out)
        begin = time.perf_counter()
        with cursor.copy("COPY ready_made FROM STDIN (FORMAT BINARY)") as into:
            for first in range(0, len(ready), BLOCK_BYTES):
                into.write(ready[first : first + BLOCK_BYTES])
        return time.perf_counter() - begin


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    sys.exit(main())
