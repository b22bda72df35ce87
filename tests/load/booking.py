"""figures.md, Booking: the complete POST of the last page against pgbench on the same statement and data.

python -m tests.load.booking [--bookings 6000] [--rounds 2] [--connections 256]
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit
from uuid import UUID, uuid4

import psycopg

from tests.load.clients import Outcome, drive
from tests.load.report import MISSED, WRONG
from tests.load.stage import HOST, Stage, stage, web

if TYPE_CHECKING:
    from plugins.card_reservation.views.progress import Progress

SLOTS = 500
CAPACITY = 2_000
GOAL = 0.25
PGBENCH_CLIENTS = (8, 16, 64)
# pgbench's own default, and what the product itself uses.
PROTOCOLS = ("simple", "prepared")
CSRF = "c" * 32
MUST_BE_ZERO = {
    "over": "SELECT count(*) FROM card_reservation_slot WHERE booked > capacity + allowance",
    "double": "SELECT count(*) - count(DISTINCT pickup) FROM card_reservation_bookingperson WHERE active",
    "drift": (
        "SELECT count(*) FROM card_reservation_slot AS slot WHERE booked <>"
        " (SELECT coalesce(sum(party_size), 0) FROM card_reservation_booking"
        "   WHERE slot_id = slot.id AND state = 'active')"
    ),
    "unpaired": (
        "SELECT abs(bookings - events) + abs(bookings - entries)"
        "  FROM (SELECT count(*) AS bookings FROM card_reservation_booking) AS made,"
        "       (SELECT count(*) AS events FROM outbox_outboxevent) AS told,"
        "       (SELECT count(*) AS entries FROM audit_auditentry) AS noted"
    ),
}
TABLES = ("bookingperson", "booking")
DRAWN = ("id", "key", "pickup")
# The key of the slot of this number, as SQL.
SLOT_KEY = "('f' || lpad(to_hex({}), 31, '0'))"


@dataclass(frozen=True)
class Ground:
    """The city, its slots and the administrator's way in."""

    schema_name: str
    role: str
    admin_url: str
    place: UUID


@dataclass(frozen=True)
class Bench:
    """One run of pgbench."""

    command: str
    per_second: float


def main() -> int:
    """Run the rounds, print the figures, and fail on a wrong count or a missed goal."""
    wanted = _arguments()
    with stage() as staged:
        import django

        django.setup()
        ground = lay_ground()
        with web(staged, workers=wanted.workers, threads=wanted.threads):
            best_web, wrong = 0.0, 0
            benches = dict.fromkeys(PROTOCOLS, Bench("", 0.0))
            outcome = None
            for turn in range(wanted.rounds):
                for protocol, known in benches.items():
                    empty(ground)
                    benches[protocol] = max(known, _bench(staged, ground, wanted, protocol), key=_speed)
                    wrong += wrong_counts(ground, expected=None)
                empty(ground)
                requests = posts(wanted.bookings)
                outcome = drive(
                    address=staged.server_address, requests=requests, connections=wanted.connections
                )
                _tell(turn, outcome)
                best_web = max(best_web, outcome.per_second)
                wrong += wrong_counts(ground, expected=outcome.statuses[303])
                wrong += wanted.bookings - outcome.statuses[303]
        assert outcome is not None
        return _judge(best_web, benches, outcome, wrong)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.load.booking")
    parser.add_argument("--bookings", type=int, default=6_000)
    parser.add_argument("--connections", type=int, default=256)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--seconds", type=int, default=4, help="of pgbench, per number of clients")
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--threads", type=int, default=2)
    wanted = parser.parse_args()
    print("command: python", *sys.orig_argv[1:], flush=True)
    return wanted


def find_ground() -> Ground:
    """Find the city of the stage and its first place."""
    from madoguchi.database.base import role_of
    from madoguchi.places.models import Place
    from madoguchi.tenancy import find_city, in_city

    city = find_city(code="999997")
    with in_city(city):
        place = Place.objects.get(code="main").id
    parts = urlsplit(os.environ["MADOGUCHI_ADMIN_DATABASE_URL"])
    name = urlsplit(os.environ["MADOGUCHI_DATABASE_URL"]).path
    return Ground(
        schema_name=city.schema_name,
        role=role_of(city.schema_name),
        admin_url=parts._replace(path=name).geturl(),
        place=place,
    )


def lay_ground() -> Ground:
    """Give the city slots enough for everybody."""
    ground = find_ground()
    with administrator(ground) as admin:
        admin.execute("DELETE FROM card_reservation_slot")
        admin.execute(
            "INSERT INTO card_reservation_slot (id, place_id, day, starts_at, ends_at, capacity)"
            f" SELECT {SLOT_KEY.format('n')}::uuid, %(place)s, %(day)s::date + n / 50,"
            "        %(day)s::date + n / 50 + interval '1 hour' + (n %% 50) * interval '5 minutes',"
            "        %(day)s::date + n / 50 + interval '2 hours' + (n %% 50) * interval '5 minutes',"
            "        %(capacity)s FROM generate_series(1, %(slots)s) AS n",
            {"place": ground.place, "day": _first_day(), "capacity": CAPACITY, "slots": SLOTS},
        )
    return ground


def _first_day() -> datetime:
    from madoguchi import clock

    return clock.now() + timedelta(days=14)


def administrator(ground: Ground) -> psycopg.Connection[tuple[object, ...]]:
    """Connect as the administrator to the city's tables."""
    options = f"-c search_path={ground.schema_name}"
    return psycopg.connect(ground.admin_url, autocommit=True, options=options)


def empty(ground: Ground) -> None:
    """Take every booking away."""
    with administrator(ground) as admin:
        for table in (
            *(f"card_reservation_{name}" for name in TABLES),
            "outbox_outboxevent",
            "audit_auditentry",
        ):
            admin.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            admin.execute(f"TRUNCATE {table} CASCADE")
            admin.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        admin.execute("UPDATE card_reservation_slot SET booked = 0")
        admin.execute("VACUUM ANALYZE card_reservation_slot")
        admin.execute("CHECKPOINT")


def posts(count: int, *, slot_of: Callable[[int], int] = lambda turn: turn % SLOTS + 1) -> list[bytes]:
    """Prepare complete POSTs of the last page: cookies signed, CSRF token in place."""
    from madoguchi.tenancy import find_city, in_city

    written = []
    with in_city(find_city(code="999997")):
        for turn in range(count):
            progress = progress_of(slot=slot_of(turn))
            assert progress.slot_id is not None
            assert progress.key is not None
            written.append(post_of(signed(progress), progress.slot_id, progress.key))
    return written


def slot_key(number: int) -> UUID:
    """Name a slot; without a letter the gate would read a My Number in the zeros and refuse the booking."""
    return UUID(int=0xF << 124 | number)


def progress_of(*, slot: int) -> "Progress":
    """Make the answers of somebody new who has chosen a slot and ticked everything."""
    from plugins.card_reservation.queries import cautions
    from plugins.card_reservation.services.verification import VerifiedPickup
    from plugins.card_reservation.views.progress import Progress

    return Progress(
        party=(VerifiedPickup(pickup=uuid4(), reference="ABC123456"),),
        link="0" * 24,
        visit="1" * 24,
        contact_id=uuid4(),
        slot_id=slot_key(slot),
        ticks=cautions().codes,
        cautions_version=cautions().version,
        key=uuid4(),
    )


def signed(progress: "Progress") -> str:
    """Sign the answers as the pages do; the current city is bound in."""
    from django.http import HttpRequest, HttpResponse

    from madoguchi import clock
    from plugins.card_reservation.views.progress import COOKIE, keep_progress

    response = keep_progress(HttpResponse(), progress, request=HttpRequest(), now=clock.now())
    return str(response.cookies[COOKIE].value)


def post_of(cookie: str, slot: UUID, key: UUID) -> bytes:
    """Write the complete POST of the last page."""
    body = urlencode({"csrfmiddlewaretoken": CSRF, "slot": slot, "key": key}).encode()
    head = (
        "POST /booking/check/ HTTP/1.1\r\n"
        f"Host: {HOST}\r\n"
        "User-Agent: Mozilla/5.0 (load test)\r\nAccept: text/html\r\nAccept-Language: ja\r\n"
        f"Cookie: csrftoken={CSRF}; booking={cookie}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _bench(staged: Stage, ground: Ground, wanted: argparse.Namespace, protocol: str) -> Bench:
    """Run pgbench on the booking statement with each number of clients, and give the best."""
    with tempfile.TemporaryDirectory() as folder:
        written = Path(folder) / "book.sql"
        written.write_text(script(ground), encoding="utf-8")
        runs = []
        for clients in PGBENCH_CLIENTS:
            options = ["-M", protocol, "-c", str(clients), "-j", "2", "-T", str(wanted.seconds)]
            runs.append(pgbench(staged, ground, written, options))
    return max(runs, key=_speed)


def _speed(bench: Bench) -> float:
    return bench.per_second


def pgbench(staged: Stage, ground: Ground, script: Path, options: Sequence[str]) -> Bench:
    """Run a script as the city's role, and tell how often a second it ended."""
    command, environment = pgbench_command(staged, ground, script, options)
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    found = re.search(r"tps = ([\d.]+) \(without", done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr
    # Nothing at all is possible: 64 clients of a busy machine within a second.
    bench = Bench(" ".join(command), float(found[1]) if found else 0.0)
    print(f"{bench.command}: {bench.per_second:.0f}/s", flush=True)
    return bench


def pgbench_command(
    staged: Stage, ground: Ground, script: Path, wanted: Sequence[str]
) -> tuple[tuple[str, ...], Mapping[str, str]]:
    """Write the command that runs the statement as the city's role, and its environment."""
    parts = urlsplit(os.environ["MADOGUCHI_DATABASE_URL"])
    command = (
        *(str(staged.programs / "pgbench"), "-n", *wanted, "-f", str(script)),
        *("-h", str(parts.hostname), "-p", str(parts.port), "-U", str(parts.username)),
        parts.path.strip("/"),
    )
    options = f"-c role={ground.role} -c search_path={ground.schema_name}"
    return command, {**os.environ, "PGPASSWORD": parts.password or "", "PGOPTIONS": options}


def script(ground: Ground, *, slot: str = f"random(1, {SLOTS})") -> str:
    """Write the very statement of the service with values that pgbench draws."""
    from plugins.card_reservation.services.statement import BOOK

    statement = BOOK % _values(ground)
    drawn = f"\\set n random(1, 1000000000000000)\n\\set slot {slot}\n"
    return f"{drawn}{' '.join(statement.split())};\n"


def _values(ground: Ground) -> Mapping[str, str]:
    from madoguchi import clock
    from madoguchi.hooks.contracts.bookings import PickupBooked
    from madoguchi.ledger.audit import sql as audit
    from madoguchi.ledger.audit.actors import Actor
    from madoguchi.ledger.outbox import sql as outbox
    from plugins.card_reservation.models import PICKUP_ID

    now, actor = clock.now(), Actor(kind="resident", id=str(uuid4()), name="")
    drawn = {name: f"lpad(to_hex(:n::bigint + {offset}), 32, '0')" for offset, name in enumerate(DRAWN)}
    event = PickupBooked(
        booking_id=uuid4(), number="0000-0000", place_id=ground.place, slot_starts_at=now, pickups=(uuid4(),),
        channel="web", contact_id=uuid4(),
    )  # fmt: skip
    values: dict[str, object] = audit.parameters(
        actor=actor, action="card_reservation.book", object_type="booking", object_ids=[], now=now,
        details={"number": "0000-0000", "channel": "web", "party_size": 1},
    )  # fmt: skip
    values |= outbox.parameters(event=event, actor=actor, now=now)
    values |= {
        "is_staff": False, "party_size": 1, "contact_id": uuid4(), "channel": "web", "service": PICKUP_ID,
        "request_hash": b"x" * 32, "cautions_version": "2026-11", "now": now,
    }  # fmt: skip
    return {name: _literal(value) for name, value in values.items()} | {
        "audit_object_ids": f"ARRAY[{drawn['id']}, {drawn['pickup']}]",
        "event_key": f"{drawn['id']}",
        "booking_id": drawn["id"],
        "number": f"left(md5({drawn['id']}), 9)",
        "key": drawn["key"],
        "slot_id": SLOT_KEY.format(":slot::bigint"),
        "pickups": f"ARRAY[{drawn['pickup']}]",
        "positions": "ARRAY[0]",
        "places": f"ARRAY['{ground.place}']",
        "earliest": f"ARRAY['{now.date()}']",
        "latest": f"ARRAY['{now.date() + timedelta(days=90)}']",
        "leads": "ARRAY[0]",
    }


def _literal(value: object) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bytes):
        return f"'\\x{value.hex()}'"
    return "'" + str(value).replace("'", "''") + "'"


def wrong_counts(ground: Ground, *, expected: int | None) -> int:
    """Count what must be zero: over, double, drift, and rows that do not belong together."""
    with administrator(ground) as admin:
        counts = {name: _number(admin, query) for name, query in MUST_BE_ZERO.items()}
        made = _number(admin, "SELECT count(*) FROM card_reservation_booking")
    if expected is not None:
        counts["lost"] = expected - made
    print(
        f"verified: {made} bookings,",
        ", ".join(f"{count} {name}" for name, count in counts.items()),
        flush=True,
    )
    return sum(abs(count) for count in counts.values())


def _number(admin: psycopg.Connection[tuple[object, ...]], query: str) -> int:
    row = admin.execute(query).fetchone()
    assert row is not None
    return int(str(row[0]))


def _tell(turn: int, outcome: Outcome) -> None:
    print(
        f"web, round {turn + 1}: {outcome.per_second:.0f}/s, p50 {outcome.percentile(0.5):.0f} ms,"
        f" p95 {outcome.percentile(0.95):.0f} ms, {dict(outcome.statuses)}",
        flush=True,
    )


def _judge(best_web: float, benches: Mapping[str, Bench], outcome: Outcome, wrong: int) -> int:
    for protocol, bench in benches.items():
        print(f"best of pgbench, {protocol}: {bench.per_second:.0f}/s: {bench.command}")
    ratios = {name: best_web / bench.per_second for name, bench in benches.items() if bench.per_second}
    for protocol, ratio in ratios.items():
        print(
            f"booking: complete POST / pgbench {protocol} = {ratio:.2f}"
            f" (goal >= {GOAL}: {'met' if ratio >= GOAL else 'missed'}),"
            f" {best_web:.0f}/s / {benches[protocol].per_second:.0f}/s"
        )
    spread = outcome.percentile(0.95) / outcome.percentile(0.5)
    print(f"booking: p95/p50 {spread:.1f}; {wrong} wrong")
    if wrong:
        return WRONG
    return 0 if all(ratio >= GOAL for ratio in ratios.values()) else MISSED


if __name__ == "__main__":
    raise SystemExit(main())
