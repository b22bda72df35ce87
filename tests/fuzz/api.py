"""schemathesis over the schema of the machine API: what fits the schema, and what does not, breaks nothing.

python -m tests.fuzz.api [--examples 500] [--workers 4] [--seed 7]
"""

import argparse
import json
import random
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from http.client import HTTPConnection
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deploy.local.layout import ROOT
from madoguchi import clock
from tests.fuzz.search import leftovers
from tests.fuzz.site import Site, serving, stage

if TYPE_CHECKING:
    from tests.isolation.worlds import World

OPENED_SHARE = 0.8


def main() -> int:
    """Try every operation as a program, and fail on an answer from 500 or too few successes."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.api")
    parser.add_argument("--examples", type=int, default=4_000, help="per operation")
    parser.add_argument("--workers", type=int, default=4, help="that ask at the same time")
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
    headers = {"Host": world.host("staff"), "Authorization": f"Bearer {world.tokens['program']}"}
    schema = _known(_schema(site, world), world)
    operations = [method for methods in schema["paths"].values() for method in methods]
    file = site.folder / "schema.json"
    file.write_text(json.dumps(schema), encoding="utf-8")
    command = [
        *(sys.executable, "-m", "schemathesis.cli", "run", str(file)),
        *("--url", f"http://127.0.0.1:{site.port}", "--checks", "not_a_server_error"),
        *("--max-examples", str(wanted.examples), "--seed", str(wanted.seed), "--no-color"),
        *("--workers", str(wanted.workers)),
    ]
    for name, value in headers.items():
        command += ["--header", f"{name}: {value}"]
    report = site.folder / "cases.ndjson"
    command += ["--report", "ndjson", "--report-ndjson-path", str(report)]
    print(f"api: {len(operations)} operations, {wanted.examples} examples each", flush=True)
    code = subprocess.run(command, cwd=ROOT, check=False).returncode
    counted, opened = _read(report)
    share = len(opened) / len(operations)
    print(f"api: {counted} cases, a success at {len(opened)} of {len(operations)} operations ({share:.0%})")
    return code or int(share < OPENED_SHARE)


def _known(schema: dict[str, Any], world: "World") -> dict[str, Any]:
    """Let half of the values be of things that are there: no generator guesses a UUID."""
    for methods in schema["paths"].values():
        for said in methods.values():
            for one in said.get("parameters", ()):
                sample = _sample(one["name"], world)
                if sample:
                    usual = one["schema"]
                    one["schema"] = {"anyOf": [{"enum": [sample]}, usual]}
    return schema


def _sample(name: str, world: "World") -> str:
    named = {"place": world.keys["place_id"], "day": f"{clock.today() + timedelta(days=7)}"}
    named |= {"first": f"{clock.today()}", "last": f"{clock.today() + timedelta(days=7)}"}
    return named.get(name) or world.keys.get(name, "")


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
