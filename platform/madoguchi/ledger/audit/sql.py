"""The one INSERT of the audit list, alone or inside a larger statement.

A hot path carries the entry in its own statement::

    WITH booking AS (INSERT … RETURNING id),
         entry AS ({insert()} FROM booking)
    SELECT …

    cursor.execute(statement, {…, **parameters(actor=…, action=…, …)})

Nothing is inserted when the FROM has no rows, one entry for each row it has.
All parameters start with ``audit_``.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from madoguchi.ledger.audit.actors import Actor
from madoguchi.ledger.audit.origin import current_origin
from madoguchi.ledger.values import JSON

# Made once: json.dumps would make one for every entry.
_WRITER = json.JSONEncoder(ensure_ascii=False)
_INSERT = """
INSERT INTO audit_auditentry (at, actor_kind, actor_id, actor_name, action, object_type,
                              object_ids, details, request_id, address)
SELECT %(audit_at)s::timestamptz, %(audit_actor_kind)s::text, %(audit_actor_id)s::text,
       %(audit_actor_name)s::text, %(audit_action)s::text, %(audit_object_type)s::text,
       {object_ids}, {details}, %(audit_request_id)s::text, %(audit_address)s::inet
"""


def insert(
    *,
    object_ids: str = "%(audit_object_ids)s::text[]",
    details: str = "%(audit_details)s::jsonb",
) -> str:
    """Write the INSERT … SELECT, to be followed by nothing or by a FROM.

    The SQL expressions may read columns of that FROM; they never hold a value from outside.
    """
    return _INSERT.format(object_ids=object_ids, details=details)


def parameters(
    *,
    actor: Actor,
    action: str,
    object_type: str,
    object_ids: Sequence[str],
    now: datetime,
    details: Mapping[str, JSON] | None = None,
) -> dict[str, Any]:
    """Give the named parameters of the INSERT, with the origin of the current request."""
    origin = current_origin()
    return {
        "audit_at": now,
        "audit_actor_kind": actor.kind,
        "audit_actor_id": actor.id,
        "audit_actor_name": actor.name,
        "audit_action": action,
        "audit_object_type": object_type,
        "audit_object_ids": [str(object_id) for object_id in object_ids],
        "audit_details": _WRITER.encode(details or {}),
        "audit_request_id": origin.request_id,
        "audit_address": origin.address,
    }
