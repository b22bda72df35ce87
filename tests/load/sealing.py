"""reliability.md 4: what the audit list costs its writers, and how fast it is sealed and verified.

python -m tests.load.sealing [--seconds 5] [--rounds 2] [--entries 50000]

Sixteen writers of one city commit a row each, without an audit entry, with one inside the same statement, and
with one as a statement of its own, while the sealer goes round every second; no writer waits for a chain.
Sealing and verifying are measured against reading the same rows.
"""

import argparse
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from tests.load.ground import Ground, administrator, find_ground
from tests.load.report import Figure, tell, verdict
from tests.load.stage import Stage, stage

WRITERS = 16
PLAIN = "INSERT INTO probe (words) VALUES (repeat('x', 200));"
# The columns and the size of an ordinary entry.
AUDITED = """
INSERT INTO audit_auditentry (at, actor_kind, actor_id, actor_name, action, object_type, object_ids,
                              details, request_id, address)
VALUES (now(), 'staff', 'S-104', '佐藤 花子', 'card_management.card_moved', 'card_management.card',
        ARRAY['0b54c9c2-4f3e-4bd2-9e5e-6c0f3f6f9a11'], '{"from": "A-1", "to": "B-2"}', 'r-1', '192.0.2.1');
"""
# As the product's hot paths write it (ledger/audit/sql.py): inside the statement of the change.
CARRIED = f"WITH entry AS ({AUDITED.strip().removesuffix(';')}) {PLAIN}"
SPEED = re.compile(r"tps = ([\d.]+) \(without initial connection time\)")


def main() -> int:
    """Measure in turns, print a line for each figure, and fail where a goal is missed."""
    wanted = _arguments()
    with stage() as staged:
        import django

        django.setup()
        ground = find_ground()
        with administrator(ground) as admin:
            admin.execute("CREATE TABLE probe (id bigint GENERATED ALWAYS AS IDENTITY, words text)")
        ways = {"plain": PLAIN, "carried": CARRIED, "apart": PLAIN + AUDITED}
        best = dict.fromkeys(ways, 0.0)
        with _sealing_every_second():
            for _turn in range(wanted.rounds):
                for way, statements in ways.items():
                    best[way] = max(best[way], _bench(staged, ground, statements, wanted.seconds))
        return _judge(ground, best, wanted.entries)


def _judge(ground: Ground, best: Mapping[str, float], entries: int) -> int:
    from madoguchi import clock
    from madoguchi.ledger.audit.sealing import seal_entries
    from madoguchi.ledger.audit.verifying import verify
    from madoguchi.tenancy import find_city, in_city

    city = find_city(code="999997")
    with in_city(city):
        seal_entries(now=clock.now())
        wrong = {"entries unsealed or changed": verify().waiting + len(verify().findings)}
    _fill(ground, entries)
    with in_city(city):
        sealing = _timed(lambda: seal_entries(now=clock.now()))
        reading = _timed(_read_all)
        verifying = _timed(verify)
        report = verify()
    wrong["entries unsealed or changed"] += report.waiting + len(report.findings)
    rows_read = report.entries / reading
    figures = (
        *_written(best, wrong),
        Figure("audit: sealing / reading the rows", entries / sealing, rows_read, "rows/s"),
        Figure(
            "audit: verifying / reading the rows",
            report.entries / verifying,
            report.entries / reading,
            "rows/s",
        ),
    )
    for figure in figures:
        tell(figure)
    return verdict(*figures)


def _written(best: Mapping[str, float], wrong: Mapping[str, int]) -> tuple[Figure, ...]:
    carried = "audit: commits that carry their entry / without one"
    apart = "audit: commits with the entry as a statement of its own / without one"
    return (
        Figure(carried, best["carried"], best["plain"], "commits/s", 0.6, wrong),
        Figure(apart, best["apart"], best["plain"], "commits/s"),
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.load.sealing")
    parser.add_argument("--seconds", type=int, default=5, help="of pgbench, per turn")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--entries", type=int, default=50_000, help="to be sealed at once")
    wanted = parser.parse_args()
    print("command: python", *sys.orig_argv[1:], flush=True)
    return wanted


def _bench(staged: Stage, ground: Ground, statements: str, seconds: int) -> float:
    address = urlsplit(ground.admin_url)
    environment = {
        **os.environ,
        "PGPASSWORD": address.password or "",
        "PGOPTIONS": f"-c search_path={ground.schema_name}",
    }
    with TemporaryDirectory() as folder:
        script = Path(folder) / "write.sql"
        script.write_text(
            f"BEGIN;\n{' '.join(statements.split())}\nCOMMIT;\n".replace("; INSERT", ";\nINSERT")
        )
        done = subprocess.run(
            [
                # Prepared, as the product's own statements are.
                *(
                    str(staged.programs / "pgbench"),
                    "-n",
                    "-M",
                    "prepared",
                    "-c",
                    str(WRITERS),
                    "-j",
                    "2",
                    "-T",
                    str(seconds),
                ),
                *("-h", address.hostname or "", "-p", str(address.port), "-U", address.username or ""),
                *("-f", str(script), address.path.lstrip("/")),
            ],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
    found = SPEED.search(done.stdout)
    assert found, done.stdout
    return float(found.group(1))


@contextmanager
def _sealing_every_second() -> Iterator[None]:
    ends = threading.Event()
    thread = threading.Thread(target=_seal_until, args=(ends,))
    thread.start()
    try:
        yield
    finally:
        ends.set()
        thread.join()


def _seal_until(ends: threading.Event) -> None:
    from django.db import connection

    from madoguchi.ledger.audit.sealer import Sealer

    sealer = Sealer()
    while not ends.wait(1.0):
        sealer.seal_once()
    connection.close()


def _fill(ground: Ground, entries: int) -> None:
    row = AUDITED.partition("VALUES (")[2].rpartition(")")[0]
    with administrator(ground) as admin:
        head = AUDITED.partition("VALUES")[0]
        admin.execute(f"{head} SELECT {row} FROM generate_series(1, {entries:d})".encode())


def _read_all() -> None:
    from madoguchi.ledger.audit.hashing import FIELDS
    from madoguchi.ledger.audit.models import AuditEntry

    for _entry in AuditEntry.objects.order_by("id").values_list(*FIELDS).iterator(chunk_size=2_000):
        pass


def _timed(act: object) -> float:
    assert callable(act)
    begin = time.perf_counter()
    act()
    return time.perf_counter() - begin


if __name__ == "__main__":
    sys.exit(main())
