"""Alarms that somebody must see at once: written on a second connection, so that no rollback takes them."""

from typing import Final
from uuid import UUID, uuid4

from madoguchi import clock
from madoguchi.ledger.audit import services
from madoguchi.ledger.audit.actors import SYSTEM
from madoguchi.ledger.audit.second import second_connection

SEAL_BROKEN: Final = "seal_broken"
ACTION: Final = "vault.seal_broken"
_ALERT: Final = """
INSERT INTO audit_auditalert (id, kind, actor_id, actor_name, since, found_at, count, seen_by, note)
VALUES (%(id)s, %(kind)s, %(place)s, '', date_trunc('hour', %(now)s), %(now)s, 1, '', '')
ON CONFLICT (kind, actor_id, since) DO UPDATE SET count = audit_auditalert.count + 1, found_at = %(now)s
"""


def seal_broken(*, place: str, row: UUID) -> None:
    """Tell the city that a sealed value does not open: it was changed, moved, or its key is gone."""
    now = clock.now()
    services.record_denied(
        actor=SYSTEM, action=ACTION, object_type=place, object_ids=[str(row)], details={}, now=now
    )
    with second_connection() as second:
        second.execute(_ALERT.encode(), {"id": uuid4(), "kind": SEAL_BROKEN, "place": place, "now": now})
