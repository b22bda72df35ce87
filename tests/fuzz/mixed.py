"""Two cities with identical keys, twelve visitors, real server processes: nobody sees the other city.

python -m tests.fuzz.mixed [--requests 10000] [--pooler] [--seed 7]

With --pooler through PgBouncer per transaction, where one is installed, and beside it the way in which most
do it: the schema set on the session through the same pooler, which shows the wrong city.
"""

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from uuid import uuid4

import psycopg

from madoguchi.testing.poolers import find_pgbouncer, pgbouncer
from tests.fuzz.site import Site, serving, stage

if TYPE_CHECKING:
    from tests.isolation.worlds import World

CSRF = "c" * 32
POOL = 3
LETTERS = str.maketrans("0123456789", "ghijklmnop")


@dataclass(frozen=True)
class Errand:
    """One kind of request, and the answer that belongs to it."""

    path: str
    status: int = 200
    zone: str = "resident"
    shows: str = ""
    writes: str = ""
    cookies: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Tally:
    """What came of all requests."""

    wrong: list[str] = field(default_factory=list)
    unexpected: list[str] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    # Keys by city and by what became of the request that wrote them.
    kept: dict[str, set[str]] = field(default_factory=dict)
    hooked: dict[str, set[str]] = field(default_factory=dict)
    lock: Any = field(default_factory=Lock)


def errands(world: "World") -> list[Errand]:
    """List what people of a city do, each with a word that only their city can answer."""
    return [*_of_residents(world), *_of_staff(world), *_awkward(world)]


def _of_residents(world: "World") -> list[Errand]:
    keys, mark, city = world.keys, world.mark, world.city
    return [
        Errand("/", shows=city.name),
        Errand("/en/", shows=city.name_en),
        Errand(f"/{keys['_0']}", shows=mark),
        Errand("/booking/", shows=city.name),
        Errand("/booking/phone/", shows=city.name),
        Errand("/booking/time/", shows=city.name, cookies=world.cookies),
        Errand("/booking/check/", shows=city.name, cookies=world.cookies),
        Errand(f"/booking/manage/{keys['booking.manage.token']}/", shows=city.name),
        Errand(f"/booking/done/{keys['booking.done.signed']}/", shows=city.name),
        Errand(f"/media/{world.own_keys['media.name']}", shows=mark),
        Errand("/nowhere/", status=404, shows=city.name),
    ]


def _of_staff(world: "World") -> list[Errand]:
    keys, mark, city = world.keys, world.mark, world.city
    paths = {
        "/": f"{mark} city_admin",
        "/cards/": mark,
        f"/cards/{keys['card_id']}/": mark,
        "/reservations/": city.name,
        f"/reservations/{keys['booking_id']}/": mark,
        "/audit/": city.name,
        "/staff/": mark,
        f"/staff/{keys['staff_id']}/": mark,
        "/messages/templates/card_reservation.start_link/ja/": mark,
        "/messages/deliveries/": city.name,
        "/imports/": mark,
        f"/imports/{keys['import_id']}/": mark,
        f"/jobs/{keys['job_id']}/": mark,
        f"/cms/pages/{keys['page_id']}/edit/": mark,
    }
    signed_in = [
        Errand(path, zone="staff", shows=word, cookies=_staff(world)) for path, word in paths.items()
    ]
    return [*signed_in, Errand("/cards/", zone="staff", status=302)]


def _awkward(world: "World") -> list[Errand]:
    city = world.city
    return [
        Errand("/mixed/whose/", shows=f"{city.name} {city.schema_name}"),
        Errand("/mixed/stream/", shows=city.name),
        Errand("/mixed/remember/", zone="staff", shows=city.name, cookies=_staff(world), writes="session"),
        Errand("/mixed/write/", shows=city.name, writes="kept"),
        Errand("/mixed/refuse/", status=403, writes="kept"),
        Errand("/mixed/fail/", status=500, shows=city.name, writes="lost"),
        Errand("/mixed/fail-at-commit/", status=500, shows=city.name, writes="lost"),
        Errand("/mixed/rest/", status=503, writes="lost"),
    ]


def _staff(world: "World") -> dict[str, str]:
    return {"sessionid": world.sessions["city_admin"]}


def main() -> int:
    """Run the requests, count what was wrong, and compare the rows by SQL."""
    wanted = _arguments()
    if wanted.pooler and find_pgbouncer() is None:
        print("mixed: skipped, PgBouncer is not installed")
        return 0
    with stage(pooler_size=POOL if wanted.pooler else 0) as site:
        worlds = furnish_two()
        with serving(site, processes=2, threads=4):
            began = time.monotonic()
            tally = visit(site, worlds, wanted)
            seconds = time.monotonic() - began
        rows = verify(site, worlds, tally)
        control = stock_control(site) if wanted.pooler else None
    return _judge(wanted, tally, rows, control, seconds)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.mixed")
    parser.add_argument("--requests", type=int, default=10_000)
    parser.add_argument("--clients", type=int, default=12)
    parser.add_argument("--pooler", action="store_true", help="through PgBouncer, per transaction")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    wanted = parser.parse_args()
    print("command: python", *sys.orig_argv[1:], "; seed", wanted.seed, flush=True)
    return wanted


def furnish_two() -> tuple["World", "World"]:
    """Fill both cities of the suite alike."""
    from madoguchi.tenancy import find_city
    from tests.isolation.worlds import furnish

    home = furnish(city=find_city(code="999997"), mark="ZZ-HOME", is_larger=True)
    return home, furnish(city=find_city(code="999989"), mark="ZZ-STRANGER")


def visit(site: Site, worlds: tuple["World", "World"], wanted: argparse.Namespace) -> Tally:
    """Let the clients ask, each in an order of its own."""
    tally = Tally()
    share = wanted.requests // wanted.clients
    clients = [
        Thread(target=_client, args=(site, worlds, tally, share, random.Random(wanted.seed + turn)))
        for turn in range(wanted.clients)
    ]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    return tally


def _client(
    site: Site, worlds: tuple["World", "World"], tally: Tally, share: int, chance: random.Random
) -> None:
    known = [(world, other, errands(world)) for world, other in (worlds, worlds[::-1])]
    connection = HTTPConnection("127.0.0.1", site.port, timeout=60)
    for _turn in range(share):
        world, other, possible = chance.choice(known)
        errand = chance.choice(possible)
        # In letters: twelve digits in a row may be a My Number, which is refused.
        key = f"mixed-{uuid4().hex[:24].translate(LETTERS)}"
        try:
            status, text = _ask(connection, world, errand, key)
        except (OSError, HTTPException) as error:
            connection.close()
            with tally.lock:
                tally.unexpected.append(f"{errand.path}: {error!r}")
            continue
        with tally.lock:
            _note(tally, world, other, errand, status, text)
            if errand.writes == "kept" and status == errand.status:
                tally.kept.setdefault(world.city.schema_name, set()).add(key)
                if errand.path == "/mixed/write/":
                    tally.hooked.setdefault(world.city.schema_name, set()).add(f"{key}-hook")
    connection.close()


def _ask(connection: HTTPConnection, world: "World", errand: Errand, key: str) -> tuple[int, str]:
    cookies = {"csrftoken": CSRF, **errand.cookies}
    headers = {
        "Host": world.host(errand.zone),
        "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
        "Accept-Language": "ja",
    }
    body = None
    if errand.writes:
        body = urlencode({"csrfmiddlewaretoken": CSRF, "key": key})
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    connection.request("POST" if errand.writes else "GET", errand.path, body=body, headers=headers)
    answer = connection.getresponse()
    text = answer.read().decode(errors="replace")
    return answer.status, f"{text}\n{answer.headers}"


def _note(tally: Tally, world: "World", other: "World", errand: Errand, status: int, text: str) -> None:
    tally.statuses[status] += 1
    what = f"{world.city.name} {errand.zone} {errand.path}: {status}"
    leaked = [word for word in (*other.words, other.city.schema_name) if word in text]
    if leaked:
        tally.wrong.append(f"{what} shows {leaked}")
    elif status != errand.status or errand.shows not in text:
        tally.unexpected.append(f"{what}, expected {errand.status} with {errand.shows!r}")


def verify(site: Site, worlds: tuple["World", "World"], tally: Tally) -> dict[str, int]:
    """Compare what is stored with what was acknowledged."""
    counts = {"foreign": 0, "lost": 0, "left": 0, "unhooked": 0}
    with psycopg.connect(site.owner_url) as owner:
        for world in worlds:
            schema = world.city.schema_name
            found = owner.execute(
                f"SELECT key, name FROM {schema}.accounts_role WHERE key LIKE 'mixed-%'"
            ).fetchall()
            stored = {key for key, _name in found}
            kept, hooked = tally.kept.get(schema, set()), tally.hooked.get(schema, set())
            counts["foreign"] += sum(name != world.city.name for _key, name in found)
            counts["lost"] += len(kept - stored)
            counts["left"] += len(stored - kept - hooked)
            counts["unhooked"] += len(hooked - stored)
    return counts


def stock_control(site: Site, *, rounds: int = 500) -> tuple[int, int]:
    """Set the schema on the session through the same kind of pooler, and count the wrong answers."""
    wrong = [0, 0]

    def ask(address: str, schema: str) -> None:
        with psycopg.connect(address, autocommit=True, prepare_threshold=None) as session:
            for _turn in range(rounds):
                session.execute(f"SET search_path = {schema}")
                row = session.execute("SELECT current_schema()").fetchone()
                wrong[schema == "c_999989"] += row != (schema,)

    with pgbouncer(url=site.owner_url, size=POOL) as address:
        threads = [Thread(target=ask, args=(address, schema)) for schema in ("c_999997", "c_999989") * 4]
        _run(threads)
    return sum(wrong), rounds * len(threads)


def _run(threads: list[Thread]) -> None:
    start: Callable[[Thread], None] = Thread.start
    for thread in threads:
        start(thread)
    for thread in threads:
        thread.join()


def _judge(
    wanted: argparse.Namespace,
    tally: Tally,
    rows: dict[str, int],
    control: tuple[int, int] | None,
    seconds: float,
) -> int:
    for line in [*tally.wrong[:20], *tally.unexpected[:20]]:
        print(line)
    total = sum(tally.statuses.values())
    way = "PgBouncer per transaction" if wanted.pooler else "direct"
    written = sum(len(keys) for keys in tally.kept.values())
    counts = ", ".join(f"{count} {name}" for name, count in rows.items())
    print(
        f"mixed ({way}): {total} requests in {seconds:.0f} s, {len(tally.wrong)} wrong,"
        f" {len(tally.unexpected)} unexpected; {dict(sorted(tally.statuses.items()))};"
        f" verified: {written} rows kept, {counts}"
    )
    if control is not None:
        print(f"control: the schema on the session, same pooler: {control[0]} wrong of {control[1]}")
        if not control[0]:
            return 2
    return 1 if tally.wrong or tally.unexpected or any(rows.values()) else 0


if __name__ == "__main__":
    raise SystemExit(main())
