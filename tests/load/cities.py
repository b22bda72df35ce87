"""figures.md, Cities and fleet: making and migrating many cities, against migrate_schemas in the same run.

python -m tests.load.cities [--cities 200] [--peers 3] [--jobs 4] [--connections 8]

A city of ours is furnished: role, key, hosts, places, roles and a site of 24 pages; migrate_schemas only
makes its tables. Seconds are those of the work, without the start of Python on either side.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg

from deploy.local.environment import for_owner
from deploy.local.layout import ROOT
from tests.load.cities_steps import run_step
from tests.load.report import Figure, tell, verdict
from tests.load.stage import Stage, stage

CREATION, MIGRATION = 20, 50
MOST_KIB = 1024
# What a resident's booking and a clerk's first page read.
HOT_TABLES = (
    "places_place", "card_reservation_slot", "card_reservation_booking", "card_reservation_bookingperson",
    "card_management_card", "accounts_staff", "django_session", "audit_auditentry", "outbox_outboxevent",
    "residents_contact",
)  # fmt: skip


def main() -> int:
    """Measure every figure, print it, and fail on a wrong count or a missed goal."""
    wanted = _arguments()
    if wanted.step:
        run_step(name=wanted.step, number=wanted.number)
        return 0
    print("command: python", *sys.orig_argv[1:], flush=True)
    with stage() as staged:
        steps = _Steps(staged, wanted.jobs)
        peers = steps.run("create-stock", wanted.peers, settings="tests.load.stock")["seconds"]
        made = steps.run("create-ours", wanted.cities)
        print(f"create_cities: {made['seconds']:.1f} s, {made['said']}", flush=True)
        figures = [_creation(wanted, peers, made["seconds"], _unlike(steps))]
        figures.append(_memory(wanted.cities, *_touch_every_city(steps.admin)))
        slow = steps.run("migrate-stock", wanted.peers, settings="tests.load.stock")["seconds"]
        fast = steps.run("migrate-ours", wanted.connections)
        print(f"migrate_fleet: {fast['seconds']:.1f} s, {fast['said']}", flush=True)
        idle = steps.run("migrate-nothing", wanted.connections)
        figures.append(_migration(wanted, slow, fast["seconds"], _unlike(steps) | {"behind": idle["behind"]}))
        figures.append(_idle(idle))
    for figure in figures:
        tell(figure)
    return verdict(*figures)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.load.cities")
    parser.add_argument("--cities", type=int, default=200)
    parser.add_argument("--peers", type=int, default=3, help="schemas for migrate_schemas")
    parser.add_argument("--jobs", type=int, default=4, help="processes of create_cities")
    parser.add_argument("--connections", type=int, default=8, help="connections of migrate_fleet")
    parser.add_argument("--step", default="", help=argparse.SUPPRESS)
    parser.add_argument("--number", type=int, default=0, help=argparse.SUPPRESS)
    return parser.parse_args()


class _Steps:
    """Runs steps as the owner of the stage's database."""

    def __init__(self, staged: Stage, jobs: int) -> None:
        self.environment = for_owner(staged.environment) | {"MADOGUCHI_LOAD_JOBS": str(jobs)}
        # The administrator looks at the database of the cities, not at his own.
        database = staged.environment["MADOGUCHI_DATABASE_URL"].rpartition("/")[2]
        self.admin = staged.environment["MADOGUCHI_ADMIN_DATABASE_URL"].rpartition("/")[0] + f"/{database}"

    def run(self, step: str, number: int, *, settings: str = "tests.load.settings") -> dict[str, Any]:
        """Run one step and read what it tells."""
        done = subprocess.run(
            [sys.executable, "-m", "tests.load.cities", "--step", step, "--number", str(number)],
            cwd=ROOT,
            env=self.environment | {"DJANGO_SETTINGS_MODULE": settings},
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return told


def _creation(
    wanted: argparse.Namespace, peers: list[float], seconds: float, wrong: dict[str, int]
) -> Figure:
    return Figure(
        f"making a city, migrate_schemas / create_cities, {wanted.cities} cities",
        ours=statistics.median(peers) * 1000,
        peer=seconds / wanted.cities * 1000,
        unit="ms a city",
        goal=CREATION,
        wrong=wrong,
    )


def _migration(
    wanted: argparse.Namespace, peers: list[float], seconds: float, wrong: dict[str, int]
) -> Figure:
    return Figure(
        f"a column and an index, migrate_schemas / migrate_fleet, {wanted.cities} cities",
        ours=statistics.median(peers) * 1000,
        peer=seconds / wanted.cities * 1000,
        unit="ms a city",
        goal=MIGRATION,
        wrong=wrong,
    )


def _memory(cities: int, grown: float, touched: int) -> Figure:
    return Figure(
        f"memory of one backend, {MOST_KIB} KiB / a city touched ({len(HOT_TABLES)} hot tables)",
        ours=MOST_KIB,
        peer=grown / touched,
        unit="KiB a city",
        goal=1,
        wrong={"not touched": max(0, cities - touched)},
    )


def _idle(told: dict[str, Any]) -> Figure:
    return Figure(
        "a fleet with nothing to do, 1 query / queries asked",
        ours=1,
        peer=told["queries"],
        unit="queries",
        goal=1,
    )


def _unlike(steps: _Steps) -> dict[str, int]:
    """Count the cities that have not as many columns, indexes and constraints as most have."""
    with psycopg.connect(steps.admin) as admin:
        # Each catalogue is read once for all cities: a question per city would read it 1,741 times.
        rows = admin.execute(
            "SELECT schema_name, columns, indexes, constraints FROM tenants_city"
            " JOIN pg_namespace AS schemas ON nspname = schema_name"
            " JOIN (SELECT relnamespace, sum(relnatts) FILTER (WHERE relkind = 'r') AS columns,"
            "              count(*) FILTER (WHERE relkind = 'i') AS indexes"
            "         FROM pg_class GROUP BY relnamespace) AS shape ON shape.relnamespace = schemas.oid"
            " JOIN (SELECT connamespace, count(*) AS constraints FROM pg_constraint GROUP BY connamespace)"
            "   AS rules ON rules.connamespace = schemas.oid"
        ).fetchall()
    shapes = [row[1:] for row in rows]
    usual = statistics.mode(shapes)
    return {"unlike the others": sum(shape != usual for shape in shapes)}


def _touch_every_city(admin_url: str) -> tuple[float, int]:
    """Read the hot tables of every city over one backend; give the KiB it grew and the cities."""
    with psycopg.connect(admin_url, autocommit=True) as admin:
        found = admin.execute("SELECT schema_name FROM tenants_city ORDER BY code").fetchall()
        pid = admin.info.backend_pid
        _touch(admin, found[0][0])
        before = _private_kib(pid)
        for (schema_name,) in found[1:]:
            _touch(admin, schema_name)
        return _private_kib(pid) - before, len(found) - 1


def _touch(admin: psycopg.Connection[Any], schema_name: str) -> None:
    with admin.transaction():
        admin.execute(f"SET LOCAL search_path = {schema_name}")
        for table in HOT_TABLES:
            admin.execute(f"SELECT * FROM {table} LIMIT 1")


def _private_kib(pid: int) -> float:
    # Anonymous memory only: pages of the shared buffers that nobody else maps count as private too.
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return next(float(line.split()[1]) for line in lines if line.startswith("RssAnon:"))


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main())
