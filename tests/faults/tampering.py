"""Figure 12: whoever changes a city's audit list with every right of the database is found by verify_audit.

python -m tests.faults.tampering [--entries 2000]

Five ways: an entry is changed, deleted, added to the past, exchanged with another, and the newest part is cut
off together with its seals. After each the list is put back, and is sound again.
"""

import argparse
import io
import sys
import time
from typing import Any

from tests.load.ground import administrator, find_ground
from tests.load.stage import stage

CODE = "999997"
FILL = """
INSERT INTO audit_auditentry (at, actor_kind, actor_id, actor_name, action, object_type, object_ids,
                              details, request_id, address)
SELECT now(), 'staff', 'S-104', '佐藤 花子', 'card_management.card_moved', 'card_management.card',
       ARRAY[n::text], '{"from": "A-1"}', 'r-1', '192.0.2.1' FROM generate_series(1, %s) AS n
"""
MIDDLE = "(SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY id) FROM audit_auditentry)"
WAYS = {
    "update": f"UPDATE audit_auditentry SET actor_name = '別人' WHERE id = {MIDDLE}",
    "delete": f"DELETE FROM audit_auditentry WHERE id = {MIDDLE}",
    "insert": f"""INSERT INTO audit_auditentry (at, actor_kind, actor_id, actor_name, action, object_type,
        object_ids, details, request_id, address) SELECT at - interval '2 hours', actor_kind, actor_id,
        actor_name, action, object_type, object_ids, details, request_id, address
        FROM audit_auditentry WHERE id = {MIDDLE}""",
    "reorder": f"""UPDATE audit_auditentry AS one SET object_ids = other.object_ids
        FROM audit_auditentry AS other WHERE one.id IN ({MIDDLE}, {MIDDLE} + 1)
         AND other.id = 2 * {MIDDLE} + 1 - one.id""",
    "truncate": """WITH cut AS (DELETE FROM audit_auditseal WHERE number = (SELECT max(number) FROM
        audit_auditseal) RETURNING runs)
        DELETE FROM audit_auditentry USING cut WHERE id BETWEEN cut.runs[1] AND cut.runs[2]""",
}
TABLES = ("audit_auditentry", "audit_auditseal")


def main() -> int:
    """Tamper in every way and fail where one stays unseen."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.tampering")
    parser.add_argument("--entries", type=int, default=2_000)
    wanted = parser.parse_args()
    with stage():
        import django

        django.setup()
        ground = find_ground()
        for _seal in range(3):
            with administrator(ground) as admin:
                admin.execute(FILL, [wanted.entries])
            _seal_now()
        seen = _verified()[0]
        with administrator(ground) as admin:
            for table in TABLES:
                admin.execute(f"CREATE TABLE kept_{table} AS SELECT * FROM {table}".encode())
        found = [name for name, sentence in WAYS.items() if _is_found(ground, name, sentence)]
        sound, seconds = _verified()
    print(
        f"audit: tampering found: {len(found)} of {len(WAYS)} ({', '.join(found)}); sound before {seen} and"
        f" after {sound}; {3 * wanted.entries / seconds:,.0f} entries verified a second",
        flush=True,
    )
    return 0 if seen and sound and len(found) == len(WAYS) else 1


def _is_found(ground: Any, name: str, sentence: str) -> bool:
    with administrator(ground) as admin:
        admin.execute("SET session_replication_role = replica")
        admin.execute(sentence.encode())
    is_sound, _seconds = _verified()
    with administrator(ground) as admin:
        admin.execute("SET session_replication_role = replica")
        for table in TABLES:
            admin.execute(f"DELETE FROM {table}".encode())
            admin.execute(f"INSERT INTO {table} SELECT * FROM kept_{table}".encode())
    print(f"  {name}: {'NOT FOUND' if is_sound else 'found'}", flush=True)
    return not is_sound


def _seal_now() -> None:
    from madoguchi import clock
    from madoguchi.ledger.audit.sealing import seal_entries
    from madoguchi.tenancy import find_city, in_city

    with in_city(find_city(code=CODE)):
        seal_entries(now=clock.now())


def _verified() -> tuple[bool, float]:
    """Run the command itself; its own entry is sealed before the next turn looks."""
    from django.core.management import CommandError, call_command

    begin = time.perf_counter()
    try:
        call_command("verify_audit", "--city", CODE, stdout=io.StringIO())
    except CommandError:
        return False, time.perf_counter() - begin
    return True, time.perf_counter() - begin


if __name__ == "__main__":
    sys.exit(main())
