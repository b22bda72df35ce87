"""Who changed what of the schedule, in words."""

from collections.abc import Iterable

from madoguchi.accounts.phrases import AuditRow, rows_of
from madoguchi.ledger.audit.queries import AuditFilter, search

SHOWN = 10


def history(*, actions: Iterable[str], object_id: str = "") -> list[AuditRow]:
    """List the last changes of some kinds, newest first, of one object or of all."""
    objects = (object_id,) if object_id else ()
    found = [
        entry
        for action in actions
        for entry in search(wanted=AuditFilter(action=action, objects=objects), page_size=SHOWN).entries
    ]
    newest = sorted(found, key=lambda entry: entry.at, reverse=True)
    return rows_of(tuple(newest[:SHOWN]))
