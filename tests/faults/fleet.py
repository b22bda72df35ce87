"""kill -9 in the middle of create_cities and of migrate_fleet: no city is half done, the next run finishes.

python -m tests.faults.fleet [--cities 24] [--kills 4]
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from deploy.local.environment import for_owner
from deploy.local.layout import ROOT
from tests.load.stage import Stage, stage

JOBS = 3
PATIENCE_SECONDS = 60
WHOLE = """
SELECT count(*) FILTER (WHERE to_regnamespace(schema_name) IS NULL),
       count(*) FILTER (WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname LIKE '%%' || schema_name)),
       count(*) FILTER (WHERE (SELECT count(*) FROM tenants_domain WHERE tenant_id = city.uuid) <> 2),
       count(*) FILTER (WHERE NOT EXISTS (SELECT FROM tenants_schemaversion AS carried
                                           WHERE carried.schema_name = city.schema_name)),
       (SELECT count(*) FROM pg_namespace WHERE nspname ~ '^c_[0-9]{6}$'
           AND NOT EXISTS (SELECT FROM tenants_city AS known WHERE known.schema_name = nspname))
  FROM tenants_city AS city
"""
HALVES = ("without a schema", "without a role", "without hosts", "without a version", "without a row")
MIGRATED = """
SELECT to_regclass(%(schema)s || '.place_floor') IS NOT NULL,
       EXISTS (SELECT FROM information_schema.columns WHERE table_schema = %(schema)s
                  AND table_name = 'places_place' AND column_name = 'floor'),
       (SELECT count(*) FROM {schema}.django_migrations WHERE name = '9002_floor'),
       (SELECT version FROM tenants_schemaversion WHERE schema_name = %(schema)s)
"""
MIGRATE = (
    "import django; django.setup();"
    "from tests.load.cities_steps import add_migration; add_migration();"
    "from django.core.management import call_command; call_command('migrate_fleet', '--jobs', '3')"
)


@dataclass(frozen=True)
class Fleet:
    """The stage with its fleet, and who may look at it."""

    environment: dict[str, str]
    admin_url: str

    def run(self, *command: str, kill_at: str = "", within: float = 0.3) -> int:
        """Run a command; kill it a moment after it printed a line that begins so. Give its exit code."""
        process = subprocess.Popen(
            [sys.executable, *command],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL if kill_at else None,
            text=True,
        )
        assert process.stdout is not None
        for line in process.stdout:
            if kill_at and line.startswith(kill_at):
                time.sleep(random.uniform(0, within))
                os.kill(process.pid, signal.SIGKILL)
        code = process.wait()
        self._wait_until_alone()
        return code

    def ask(self, sql: str, **values: Any) -> list[Any]:
        """Ask the database of the cities."""
        with psycopg.connect(self.admin_url, autocommit=True) as admin:
            return admin.execute(sql, values).fetchall()

    def _wait_until_alone(self) -> None:
        until = time.monotonic() + PATIENCE_SECONDS
        others = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'madoguchi_owner'"
        while self.ask(others) != [(0,)]:
            if time.monotonic() > until:
                raise TimeoutError("what was killed still works")
            time.sleep(0.1)


def main() -> int:
    """Kill, count, go on, count again; fail on anything half done."""
    wanted = _arguments()
    wrong: Counter[str] = Counter()
    with stage() as staged:
        fleet = _fleet(staged)
        made = _kill_often(fleet, wanted.kills, _create(wanted.cities), _half_made, wrong)
        wrong["not made"] += wanted.cities + 1 - made
        _kill_often(fleet, wanted.kills, ("-c", MIGRATE), _half_migrated, wrong)
        wrong["behind"] += _behind(fleet)
        outcomes = dict(fleet.ask("SELECT outcome, count(*) FROM tenants_fleetrun GROUP BY outcome"))
    print(f"runs in the ledger: {outcomes}")
    said = ", ".join(f"{count} {name}" for name, count in sorted(wrong.items()))
    print(f"kill -9 in create_cities and migrate_fleet, {wanted.kills} times each: {said}")
    return 1 if any(wrong.values()) or outcomes.get("done") != 1 else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.fleet")
    parser.add_argument("--cities", type=int, default=24)
    parser.add_argument("--kills", type=int, default=4)
    wanted = parser.parse_args()
    print("command: python", *sys.orig_argv[1:], flush=True)
    return wanted


def _fleet(staged: Stage) -> Fleet:
    environment = for_owner(staged.environment) | {"PYTHONPATH": f"{ROOT}:{ROOT / 'platform'}"}
    database = staged.environment["MADOGUCHI_DATABASE_URL"].rpartition("/")[2]
    admin_url = staged.environment["MADOGUCHI_ADMIN_DATABASE_URL"].rpartition("/")[0]
    return Fleet(environment, f"{admin_url}/{database}")


def _create(cities: int) -> tuple[str, ...]:
    return ("manage.py", "create_cities", "--limit", str(cities), "--jobs", str(JOBS))


def _kill_often(
    fleet: Fleet,
    kills: int,
    command: tuple[str, ...],
    count_halves: Callable[[Fleet], dict[str, int]],
    wrong: Counter[str],
) -> int:
    """Kill a command several times, then let it finish; give how many cities there are."""
    for number in range(kills):
        code = fleet.run(*command, kill_at=f"[{number * 2 + 1}/", within=PAUSES[count_halves])
        wrong.update(count_halves(fleet))
        print(f"killed: {code == -signal.SIGKILL}; halves: {count_halves(fleet)}", flush=True)
    wrong["did not finish"] += fleet.run(*command) != 0
    wrong.update(count_halves(fleet))
    (found,) = fleet.ask("SELECT count(*) FROM tenants_city")[0]
    return int(found)


def _half_made(fleet: Fleet) -> dict[str, int]:
    counted = dict(zip(HALVES, fleet.ask(WHOLE)[0], strict=True))
    names = [row[0] for row in fleet.ask("SELECT schema_name FROM tenants_city")]
    unfurnished = [
        name
        for name in names
        if fleet.ask(f"SELECT count(*) FROM {name}.wagtailcore_page")[0][0] < 10
        or fleet.ask(f"SELECT count(*) FROM {name}.accounts_role")[0][0] == 0
    ]
    store = Path(fleet.environment["MADOGUCHI_KEY_STORE"])
    keyless = [
        row for row in fleet.ask("SELECT uuid FROM tenants_city") if not any((store / str(row[0])).glob("*"))
    ]
    return counted | {"unfurnished": len(unfurnished), "without a key": len(keyless)}


def _half_migrated(fleet: Fleet) -> dict[str, int]:
    states = []
    for (name,) in fleet.ask("SELECT schema_name FROM tenants_city"):
        states += fleet.ask(MIGRATED.format(schema=name), schema=name)
    wholes = {state[:3] for state in states} & {(True, True, 1), (False, False, 0)}
    half = sum(state[:3] not in wholes for state in states)
    versions = {state[3]: state[1] for state in states}
    untold = sum(versions[state[3]] != state[1] for state in states)
    return {"half migrated": half, "with another's version": untold}


def _behind(fleet: Fleet) -> int:
    """Count the schemas that do not carry what most carry."""
    found = Counter(row[0] for row in fleet.ask("SELECT version FROM tenants_schemaversion"))
    return sum(found.values()) - max(found.values())


# A city is made in half a second and migrated in a fiftieth.
PAUSES: dict[Callable[[Fleet], dict[str, int]], float] = {_half_made: 0.3, _half_migrated: 0.03}

if __name__ == "__main__":
    sys.exit(main())
