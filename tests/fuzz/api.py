"""schemathesis over the schema of the machine API: what fits the schema, and what does not, breaks nothing.

python -m tests.fuzz.api [--cases 50000] [--processes 4] [--seed 7]

One process of schemathesis makes some forty cases a second whatever the site could answer: so several of
them run, each round with a seed of its own, until the cases are reached.
"""

import argparse
import json
import random
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from http.client import HTTPConnection
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from madoguchi import clock
from tests.fuzz.known import SERVICE, forgive, furnish_programs
from tests.fuzz.search import leftovers
from tests.fuzz.site import Site, serving, stage

if TYPE_CHECKING:
    from tests.isolation.worlds import World

OPENED_SHARE = 0.8
EXAMPLES = 150
"""Of each operation in one round; hypothesis becomes slow where it has to remember thousands."""
FORGIVEN_SECONDS = 0.3


@dataclass
class Findings:
    """What all rounds of all processes have seen."""

    cases: int = 0
    opened: set[str] = field(default_factory=set)
    codes: set[int] = field(default_factory=set)


def main() -> int:
    """Try every operation as a program, and fail on an answer from 500 or too few successes."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.api")
    parser.add_argument("--cases", type=int, default=50_000)
    parser.add_argument("--examples", type=int, default=EXAMPLES, help="per operation in one round")
    parser.add_argument("--processes", type=int, default=4, help="that ask at the same time")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    wanted = parser.parse_args()
    print("command: python", *sys.orig_argv[1:], "; seed", wanted.seed, flush=True)
    if find_spec("schemathesis") is None:
        print("api: skipped, schemathesis is not installed")
        return 0
    with stage() as site:
        from tests.fuzz.mixed import furnish_two

        worlds = furnish_two()
        with serving(site):
            code = _try(site, worlds[0], wanted)
        found = leftovers(site, worlds)
    for line in found:
        print(line[:400])
    return 1 if code or found else 0


def _try(site: Site, world: "World", wanted: argparse.Namespace) -> int:
    schema = _known(_schema(site, world), world)
    operations = {
        f"{method.upper()} {path}" for path, methods in schema["paths"].items() for method in methods
    }
    file = site.folder / "schema.json"
    file.write_text(json.dumps(schema), encoding="utf-8")
    print(f"api: {len(operations)} operations, {wanted.processes} processes", flush=True)
    found, seeds = Findings(), count(wanted.seed)
    with ThreadPoolExecutor(wanted.processes) as processes:
        begun = [
            processes.submit(_rounds, site, world, wanted, seeds, found) for _ in range(wanted.processes)
        ]
        while not all(one.done() for one in begun):
            forgive(world)
            time.sleep(FORGIVEN_SECONDS)
    for one in begun:
        one.result()
    opened = operations & found.opened
    share = len(opened) / len(operations)
    print(
        f"api: {found.cases} cases, a success at {len(opened)} of {len(operations)} operations ({share:.0%});"
        f" {'no answer from 500' if found.codes == {0} else 'FAILURES above'}"
    )
    missing = sorted(operations - found.opened)
    if missing:
        print("api: no success at", ", ".join(missing))
    return int(found.codes != {0} or share < OPENED_SHARE)


def _rounds(
    site: Site, world: "World", wanted: argparse.Namespace, seeds: Iterator[int], found: Findings
) -> None:
    """Ask round after round until all processes together have sent enough, or one has found something."""
    while found.cases < wanted.cases and found.codes <= {0}:
        seed = next(seeds)
        report = site.folder / f"cases-{seed}.ndjson"
        done = subprocess.run(
            (*_command(site, world, report), "--seed", str(seed), "--max-examples", str(wanted.examples)),
            cwd=site.folder,
            check=False,
            capture_output=True,
            text=True,
        )
        counted, opened = _read(report)
        found.cases += counted
        found.opened |= opened
        found.codes.add(done.returncode)
        report.unlink()
        if done.returncode:
            print(f"seed {seed}:", done.stdout, done.stderr, sep="\n", flush=True)


def _command(site: Site, world: "World", report: Path) -> tuple[str, ...]:
    headers = {"Host": world.host("staff"), "Authorization": f"Bearer {world.tokens['program']}"}
    return (
        *(sys.executable, "-m", "schemathesis.cli", "run", str(site.folder / "schema.json")),
        *("--url", f"http://127.0.0.1:{site.port}", "--checks", "not_a_server_error"),
        *("--no-color", "--generation-database", "none"),
        *("--report", "ndjson", "--report-ndjson-path", str(report)),
        *(part for name, value in headers.items() for part in ("--header", f"{name}: {value}")),
    )


def _known(schema: dict[str, Any], world: "World") -> dict[str, Any]:
    """Let half of the values be of things that are there: no generator guesses a UUID."""
    known = furnish_programs(world)
    for path, methods in schema["paths"].items():
        for method, said in methods.items():
            name = f"{method.upper()} {path}"
            for one in said.get("parameters", ()):
                one["schema"] = _also(one["schema"], known.bookings.get(name) or _sample(one["name"], world))
            for body in said.get("requestBody", {}).get("content", {}).values():
                body["schema"] = _also(body["schema"], known.bodies.get(name, []))
    return schema


def _also(usual: dict[str, Any], values: Sequence[Any]) -> dict[str, Any]:
    return {"anyOf": [{"enum": list(values)}, usual]} if values else usual


def _sample(name: str, world: "World") -> list[str]:
    named = {"place": world.keys["place_id"], "day": f"{clock.today() + timedelta(days=7)}"}
    named |= {"service": SERVICE}
    named |= {"first": f"{clock.today()}", "last": f"{clock.today() + timedelta(days=7)}"}
    found = named.get(name) or world.keys.get(name)
    return [found] if found else []


def _read(report: Path) -> tuple[int, set[str]]:
    """Count the cases, and name the operations that were answered with a success."""
    counted, opened = 0, set()
    for line in report.read_text(encoding="utf-8").splitlines():
        for case in _interactions(json.loads(line)):
            counted += 1
            if 200 <= case[1] < 300:
                opened.add(case[0])
    return counted, opened


def _interactions(event: dict[str, Any]) -> Iterator[tuple[str, int]]:
    finished = event.get("ScenarioFinished", {}).get("recorder", {})
    for interaction in finished.get("interactions", {}).values():
        response = interaction.get("response")
        if response:
            yield finished["label"], int(response["status_code"])


def _schema(site: Site, world: "World") -> dict[str, Any]:
    headers = {"Host": world.host("staff"), "Cookie": f"sessionid={world.sessions['city_admin']}"}
    connection = HTTPConnection("127.0.0.1", site.port, timeout=60)
    connection.request("GET", "/api/v1/schema/?format=json", headers=headers | {"Accept": "application/json"})
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    if answer.status != 200:
        raise RuntimeError(f"the schema does not open: {answer.status} {text[:200]}")
    found: dict[str, Any] = json.loads(text)
    return found


if __name__ == "__main__":
    raise SystemExit(main())
