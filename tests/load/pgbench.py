"""The floor of a booking: the very statement of the service, run by pgbench."""

import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from tests.load.ground import SLOT_KEY, SLOTS, Ground, empty
from tests.load.stage import Stage

DRAWN = ("id", "key", "pickup")


@dataclass(frozen=True)
class Bench:
    """One run of pgbench."""

    command: str
    per_second: float


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


def prepared(staged: Stage, ground: Ground, written: str, *, clients: int) -> float:
    """Run a script on emptied tables, prepared once, and tell how often a second it ended."""
    empty(ground)
    with TemporaryDirectory() as folder:
        script = Path(folder) / "book.sql"
        script.write_text(written, encoding="utf-8")
        options = ["-M", "prepared", "-c", str(clients), "-j", "2", "-T", "4"]
        return pgbench(staged, ground, script, options).per_second


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


def fixed_values(place: UUID) -> dict[str, object]:
    """Make the values of the statement that are the same for every booking of a run."""
    from madoguchi import clock
    from madoguchi.hooks.contracts.bookings import PickupBooked
    from madoguchi.ledger.audit import sql as audit
    from madoguchi.ledger.audit.actors import Actor
    from madoguchi.ledger.outbox import sql as outbox
    from plugins.card_reservation.models import PICKUP_ID

    now, actor = clock.now(), Actor(kind="resident", id=str(uuid4()), name="")
    event = PickupBooked(
        booking_id=uuid4(), number="0000-0000", place_id=place, slot_starts_at=now, pickups=(uuid4(),),
        channel="web", contact_id=uuid4(),
    )  # fmt: skip
    values: dict[str, object] = audit.parameters(
        actor=actor, action="card_reservation.book", object_type="booking", object_ids=[], now=now,
        details={"number": "0000-0000", "channel": "web", "party_size": 1},
    )  # fmt: skip
    values |= outbox.parameters(event=event, actor=actor, now=now)
    return values | {
        "is_staff": False, "party_size": 1, "contact_id": uuid4(), "channel": "web", "service": PICKUP_ID,
        "request_hash": b"x" * 32, "cautions_version": "2026-11", "now": now, "positions": "{0}",
        "places": f"{{{place}}}", "earliest": f"{{{now.date()}}}",
        "latest": f"{{{now.date() + timedelta(days=90)}}}", "leads": "{0}",
    }  # fmt: skip


def _values(ground: Ground) -> Mapping[str, str]:
    drawn = {name: f"lpad(to_hex(:n::bigint + {offset}), 32, '0')" for offset, name in enumerate(DRAWN)}
    return {name: _literal(value) for name, value in fixed_values(ground.place).items()} | {
        "audit_object_ids": f"ARRAY[{drawn['id']}, {drawn['pickup']}]",
        "event_key": f"{drawn['id']}",
        "booking_id": drawn["id"],
        "number": f"left(md5({drawn['id']}), 9)",
        "key": drawn["key"],
        "slot_id": SLOT_KEY.format(":slot::bigint"),
        "pickups": f"ARRAY[{drawn['pickup']}]",
    }


def _literal(value: object) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bytes):
        return f"'\\x{value.hex()}'"
    return "'" + str(value).replace("'", "''") + "'"
