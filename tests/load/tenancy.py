"""figures.md, Cities and fleet: what a request costs with tenancy, against the same view on plain Django.

python -m tests.load.tenancy [--rounds 30] [--burst 60]

Two processes take turns, burst by burst. Both run the product's view on the same tables over a persistent
connection; the plain one on Django's own backend, with the schema chosen when the connection is opened and
neither a city looked for nor a transaction opened. "slim" has no other middleware, "full" the product's.
"""

import argparse
import io
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import IO, Any

from django.http import HttpRequest, HttpResponseBase

HOST = "midori.localhost"
WARM_UP = 40
SIDES = ("city", "plain")
Handler = Callable[[HttpRequest], HttpResponseBase]


@dataclass(frozen=True)
class Kind:
    """One kind of request and the ratio it may cost at most."""

    name: str
    path: str
    stack: str
    goal: float
    # A home page takes twenty times as long as a query.
    share: float = 1.0


KINDS = (
    Kind("1 query, slim", "/ask/1/", "slim", 1.5),
    Kind("5 queries, slim", "/ask/5/", "slim", 1.25),
    Kind("1 query, full middleware", "/ask/1/", "full", 1.5),
    Kind("5 queries, full middleware", "/ask/5/", "full", 1.25),
    Kind("Wagtail home", "/", "full", 1.15, share=0.2),
)


class OneCityMiddleware:
    """What stays of CityMiddleware when there is only one city: the zone that other layers ask for."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        from django.db import connection

        request.zone = "resident"  # type: ignore[attr-defined]
        request.city = connection.tenant  # type: ignore[attr-defined]
        return self.get_response(request)


def main() -> int:
    """Let both sides answer in turns, print a line for each kind, and fail where a goal is missed."""
    wanted = _arguments()
    if wanted.child:
        return _serve(wanted.child)
    print("command: python", *sys.orig_argv[1:], flush=True)
    with _database(), ExitStack() as stack:
        sides = {
            (side, kind): stack.enter_context(_child(side, kind))
            for side in SIDES
            for kind in ("slim", "full")
        }
        missed = [kind for kind in KINDS if not _measure(kind, sides, wanted)]
    return 2 if missed else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.load.tenancy")
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--burst", type=int, default=60)
    parser.add_argument("--child", default="", help=argparse.SUPPRESS)
    return parser.parse_args()


# -- the parent ------------------------------------------------------------------------------


def _measure(
    kind: Kind, sides: dict[tuple[str, str], "subprocess.Popen[str]"], wanted: argparse.Namespace
) -> bool:
    burst = max(5, int(wanted.burst * kind.share))
    taken: dict[str, list[float]] = {side: [] for side in SIDES}
    shown: dict[str, set[int]] = {side: set() for side in SIDES}
    for turn in range(wanted.rounds + 1):
        for side in SIDES if turn % 2 else SIDES[::-1]:
            answer = _ask(sides[side, kind.stack], kind.path, burst if turn else WARM_UP)
            shown[side] |= set(answer["statuses"])
            if turn:
                taken[side].append(answer["median"])
    ours, plain = (statistics.median(taken[side]) * 1e6 for side in SIDES)
    wrong = sum(shown[side] != {200} for side in SIDES)
    is_reached = ours / plain <= kind.goal and not wrong
    print(
        f"tenancy / plain, {kind.name}: {ours / plain:.2f} ({ours:,.0f} / {plain:,.0f} µs;"
        f" goal <= {kind.goal:g}{'' if is_reached else ' MISSED'}) verified: {wrong} wrong statuses",
        flush=True,
    )
    return is_reached


def _ask(side: "subprocess.Popen[str]", path: str, count: int) -> dict[str, Any]:
    assert side.stdin is not None
    assert side.stdout is not None
    side.stdin.write(json.dumps([path, count]) + "\n")
    side.stdin.flush()
    line = side.stdout.readline()
    if not line:
        raise RuntimeError("a side of the comparison has ended")
    answer: dict[str, Any] = json.loads(line)
    return answer


@contextmanager
def _database() -> Iterator[None]:
    from madoguchi.testing import database

    names = database.databases()
    database.ensure_filled(names)
    database.copy_for_worker(names)
    os.environ.update(names.environment(names.own))
    try:
        yield
    finally:
        database.drop_copy(names)


@contextmanager
def _child(side: str, stack: str) -> Iterator["subprocess.Popen[str]"]:
    command = (sys.executable, "-m", "tests.load.tenancy", "--child", f"{side}-{stack}")
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": f"tests.load.tenancy_{side}"}
    pipe = subprocess.PIPE
    process = subprocess.Popen(command, env=environment, stdin=pipe, stdout=pipe, text=True)
    try:
        yield process
    finally:
        assert process.stdin is not None
        process.stdin.close()
        process.wait(30)


# -- the child: one side, answering in its own process ---------------------------------------


def _serve(child: str) -> int:
    side, _, stack = child.partition("-")
    application = _application(side, stack)
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    for line in sys.stdin:
        path, count = json.loads(line)
        _answer(answers, application, path, count)
    return 0


def _answer(answers: IO[str], application: Any, path: str, count: int) -> None:
    seconds, statuses = [], set()
    for _turn in range(count):
        environ = _environ(path)
        began = time.perf_counter()
        statuses.add(_one(application, environ))
        seconds.append(time.perf_counter() - began)
    answers.write(json.dumps({"median": statistics.median(seconds), "statuses": sorted(statuses)}) + "\n")
    answers.flush()


def _one(application: Any, environ: dict[str, Any]) -> int:
    told: list[int] = []
    body: Iterable[bytes] = application(environ, lambda status, headers: told.append(int(status[:3])))
    b"".join(body)
    body.close()  # type: ignore[attr-defined]
    return told[0]


def _environ(path: str) -> dict[str, Any]:
    return {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "SCRIPT_NAME": "",
        "QUERY_STRING": "",
        "SERVER_NAME": HOST,
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": HOST,
        "HTTP_ACCEPT_LANGUAGE": "ja",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.version": (1, 0),
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }


def _application(side: str, stack: str) -> Any:
    import django
    from django.conf import settings
    from django.core.wsgi import get_wsgi_application

    layers: list[str] = list(settings.FULL)  # type: ignore[misc]
    if stack == "slim":
        kept = {*settings.OURS, "tests.load.tenancy.OneCityMiddleware"}  # type: ignore[misc]
        layers = [layer for layer in layers if layer in kept]
    settings.MIDDLEWARE = layers
    django.setup()
    if side == "plain":
        _be_one_city()
    return get_wsgi_application()


def _be_one_city() -> None:
    """Say for good which city this is: templates and models of the product ask for it."""
    from django.db import connection

    from tenants.directory import directory

    connection.tenant = directory.by_code("999997")  # type: ignore[attr-defined]
    connection.schema_name = connection.tenant.schema_name  # type: ignore[attr-defined]


if __name__ == "__main__":
    raise SystemExit(main())
