"""The one INSERT of the outbox, alone or inside a larger statement.

A hot path carries the event in its own statement::

    number = "%(event_payload)s::jsonb || jsonb_build_object('number', booking.number)"
    event = insert(payload=number) + "FROM booking"
    statement = f"WITH booking AS (INSERT … RETURNING number), event AS ({event}) SELECT …"
    cursor.execute(statement, {…, **parameters(event=…, actor=…, now=…)})
    nudge_on_commit()          # from madoguchi.ledger.outbox.services

Nothing is inserted when the FROM has no rows. All parameters start with ``event_``.
"""

import json
import uuid
from datetime import datetime
from typing import Any

from madoguchi.hooks.contracts.events import Event
from madoguchi.ledger import vault
from madoguchi.ledger.audit.actors import Actor

PLACE = "outbox_outboxevent.sealed"
EACH_A_KEY = "gen_random_uuid()"

# Made once: json.dumps would make one for every event.
_WRITER = json.JSONEncoder(ensure_ascii=False)
_INSERT = """
INSERT INTO outbox_outboxevent (key, kind, payload, sealed, actor_kind, actor_id, actor_name,
                                created_at, next_at)
SELECT {key}, %(event_kind)s::text, {payload}, %(event_sealed)s::bytea,
       %(event_actor_kind)s::text, %(event_actor_id)s::text, %(event_actor_name)s::text,
       %(event_at)s::timestamptz, %(event_at)s::timestamptz
"""


def insert(*, payload: str = "%(event_payload)s::jsonb", key: str = "%(event_key)s::uuid") -> str:
    """Write the INSERT … SELECT, to be followed by nothing or by a FROM.

    The SQL expressions may read columns of that FROM; they never hold a value from outside. A FROM of many
    rows needs EACH_A_KEY, and an event without personal fields.
    """
    return _INSERT.format(payload=payload, key=key)


def parameters(*, event: Event, actor: Actor, now: datetime) -> dict[str, Any]:
    """Give the named parameters of the INSERT; fields the event calls personal are sealed."""
    key = uuid.uuid4()
    payload = dict(event.to_payload())
    hidden: frozenset[str] = getattr(event, "personal_fields", frozenset())
    personal = {name: payload.pop(name) for name in sorted(hidden & payload.keys())}
    return {
        "event_key": key,
        "event_kind": event.kind,
        "event_payload": _WRITER.encode(payload),
        "event_sealed": vault.seal(fields=personal, place=PLACE, row=key) if personal else None,
        "event_actor_kind": actor.kind,
        "event_actor_id": actor.id,
        "event_actor_name": actor.name,
        "event_at": now,
    }
