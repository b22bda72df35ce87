"""schemathesis over the schema of the machine API: what fits the schema, and what does not, breaks nothing.

python -m tests.fuzz.api [--examples 500] [--seed 7]
"""

import argparse
import json
import random
import subprocess
import sys
from http.client import HTTPConnection
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from deploy.local.layout import ROOT
from tests.fuzz.mischief import CSRF
from tests.fuzz.search import leftovers
from tests.fuzz.site import Site, serving, stage

if TYPE_CHECKING:
    from tests.isolation.worlds import World


def main() -> int:
    """Try every operation of the schema as an administrator, and fail on an answer from 500."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.api")
    parser.add_argument("--examples", type=int, default=500, help="per operation")
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
    headers = {
        "Host": world.host("staff"),
        "Cookie": f"sessionid={world.sessions['city_admin']}; csrftoken={CSRF}",
        "X-CSRFToken": CSRF,
    }
    schema = _schema(site, headers)
    operations = [method for methods in schema["paths"].values() for method in methods]
    if not operations:
        print("api: the schema has no operation yet: 0 cases")
        return 0
    file = site.folder / "schema.json"
    file.write_text(json.dumps(schema), encoding="utf-8")
    command = [
        *(sys.executable, "-m", "schemathesis.cli", "run", str(file)),
        *("--url", f"http://127.0.0.1:{site.port}", "--checks", "not_a_server_error"),
        *("--max-examples", str(wanted.examples), "--seed", str(wanted.seed), "--no-color"),
    ]
    for name, value in headers.items():
        command += ["--header", f"{name}: {value}"]
    print(f"api: {len(operations)} operations, {wanted.examples} examples each", flush=True)
    return subprocess.run(command, cwd=ROOT, check=False).returncode


def _schema(site: Site, headers: dict[str, str]) -> dict[str, Any]:
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
