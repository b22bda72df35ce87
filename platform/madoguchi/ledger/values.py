"""What the ledger shares: the JSON it stores, and the tables that only grow."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

JSON: TypeAlias = "str | int | float | bool | Mapping[str, JSON] | Sequence[JSON] | None"

# A city's role may only add to these tables and read them.
APPEND_ONLY_TABLES = (
    *("audit_auditanchor", "audit_auditentry", "audit_auditexpiry", "audit_auditreport", "audit_auditseal"),
)
