"""Close what has been written to the current city's list with the next seal of its chain.

Not inside a request: a chain there would make a whole city wait in one line (ADR 0022).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

from django.db import connection, transaction

from madoguchi.ledger import vault
from madoguchi.ledger.audit import heads
from madoguchi.ledger.audit.hashing import (
    FIELDS,
    GENESIS,
    SealContent,
    canonical,
    merkle_root,
    runs_of,
    uncovered,
)
from madoguchi.ledger.audit.heads import Head
from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.tenancy import current_city

PURPOSE = "audit.seal"
# An entry is dated at the beginning of its act and written when the act is done. What says that it
# is older by more than this gets no seal any more: nobody adds to yesterday.
LONGEST_ACT = timedelta(hours=1)
CLOCKS_DIFFER = timedelta(minutes=10)
# So many entries at most go under one seal: what waits after a long stop takes several.
MOST_ENTRIES = 20_000

_LAST = "SELECT number, digest, sealed_at FROM audit_auditseal ORDER BY number DESC LIMIT 1"
_RECENT_RUNS = "SELECT runs FROM audit_auditseal WHERE sealed_at >= %(since)s"
_RECENT = "SELECT id FROM audit_auditentry WHERE at >= %(since)s ORDER BY id"
_ADD = """
INSERT INTO audit_auditseal
       (number, sealed_at, count, runs, root, previous, digest, signature)
VALUES (%(number)s, %(sealed_at)s, %(count)s, %(runs)s, %(root)s, %(previous)s, %(digest)s, %(signature)s)
"""
_ANCHOR = """
INSERT INTO audit_auditanchor (day, seal_number, digest, entries)
SELECT %(day)s, number, digest, (SELECT sum(count) FROM audit_auditseal WHERE sealed_at < %(until)s)
  FROM audit_auditseal WHERE sealed_at < %(until)s ORDER BY number DESC LIMIT 1
ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class _Last:
    """The end of the chain so far."""

    number: int = 0
    digest: str = GENESIS
    sealed_at: datetime | None = None


def seal_entries(*, now: datetime) -> int:
    """Seal every entry in sight that no seal covers yet; count them.

    What a transaction still holds back is covered by the seal after its commit, whatever its number.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LAST)
        last = _Last(*(cursor.fetchone() or ()))
        waiting = _waiting(cursor, last)
        for start in range(0, len(waiting), MOST_ENTRIES):
            last = _add(cursor, last, waiting[start : start + MOST_ENTRIES], now=now)
    if waiting:
        # After the commit: a head that names a seal which was never kept would be an alarm for nothing.
        transaction.on_commit(partial(heads.keep, head=Head(number=last.number, digest=last.digest)))
    return len(waiting)


def anchor_day(*, day: date, until: datetime) -> None:
    """Note where the chain stood at the end of a day, once."""
    with connection.cursor() as cursor:
        cursor.execute(_ANCHOR, {"day": day, "until": until})


def sign(digest: str) -> str:
    """Sign a seal with the key of the current city."""
    return vault.signature(content=digest.encode(), purpose=PURPOSE, city=current_city().uuid)


def _waiting(cursor: Any, last: _Last) -> list[int]:
    """List the entries without a seal, by number."""
    since = last.sealed_at - LONGEST_ACT if last.sealed_at else datetime.min.replace(tzinfo=UTC)
    # An entry that is dated by a clock a little ahead was sealed before its own time.
    cursor.execute(_RECENT_RUNS, {"since": since - CLOCKS_DIFFER if last.sealed_at else since})
    runs = sorted(run for (ends,) in cursor.fetchall() for run in zip(ends[::2], ends[1::2], strict=True))
    cursor.execute(_RECENT, {"since": since})
    return uncovered([number for (number,) in cursor.fetchall()], runs)


def entries_of(ids: Sequence[int]) -> "list[dict[str, Any]]":
    """Read entries by their numbers, in order."""
    return list(AuditEntry.objects.filter(id__in=ids).order_by("id").values(*FIELDS))


def _add(cursor: Any, last: _Last, ids: list[int], *, now: datetime) -> _Last:
    entries = entries_of(ids)
    content = SealContent(
        number=last.number + 1,
        sealed_at=now,
        count=len(ids),
        runs=runs_of(ids),
        root=merkle_root([canonical(entry) for entry in entries]),
        previous=last.digest,
    )
    digest = content.digest()
    values = {
        "number": content.number,
        "sealed_at": now,
        "count": content.count,
        "runs": [end for run in content.runs for end in run],
        "root": content.root,
        "previous": content.previous,
        "digest": digest,
        "signature": sign(digest),
    }
    cursor.execute(_ADD, values)
    return _Last(number=content.number, digest=digest, sealed_at=now)
