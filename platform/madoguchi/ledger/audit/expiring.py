"""Deleting what a city no longer has to keep: the owner's act, sealed, and known to whoever verifies.

A city's role can delete nothing here. The seals stay, so the chain is whole; a signed row says why the
oldest of them cover nothing any more.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest
from typing import Any, Final

from django.db import connection, transaction

from madoguchi.ledger import vault
from madoguchi.ledger.audit import services
from madoguchi.ledger.audit.actors import SYSTEM
from madoguchi.ledger.audit.models import AuditExpiry, AuditSeal
from madoguchi.tenancy import current_city

PURPOSE: Final = "audit.expiry"
EXPIRED: Final = "audit.entries_expired"
_ALLOW = "SELECT set_config('madoguchi.expires_audit', 'yes', true)"
_DELETE = "DELETE FROM audit_auditentry WHERE id BETWEEN %(first)s AND %(last)s"


@dataclass(frozen=True, slots=True)
class Due:
    """What may go: everything under the seals up to one of them."""

    number: int
    digest: str
    seals: int
    entries: int


def due(*, before: datetime) -> Due | None:
    """Tell which seals hold only entries from before a moment, beyond what went earlier; the newest stays."""
    gone = _gone_until()
    newest = AuditSeal.objects.order_by("-number").values_list("number", flat=True).first() or 0
    old = AuditSeal.objects.filter(number__gt=gone, number__lt=newest, sealed_at__lt=before)
    last = old.order_by("-number").first()
    if last is None:
        return None
    counts = list(old.values_list("count", flat=True))
    return Due(number=last.number, digest=last.digest, seals=len(counts), entries=sum(counts))


def expire(*, before: datetime, kept_years: int, now: datetime) -> int:
    """Delete the entries from before a moment, and write that down; count them. Only the owner may."""
    with transaction.atomic():
        found = due(before=before)
        if found is None:
            return 0
        gone = _delete(until=found.number)
        row = AuditExpiry(
            made_at=now,
            kept_years=kept_years,
            before=before,
            seal_number=found.number,
            seal_digest=found.digest,
            entries=gone,
        )
        row.signature = _sign(row)
        row.save()
        services.record(
            actor=SYSTEM,
            action=EXPIRED,
            object_type="audit.entry",
            object_ids=[],
            details={"rows": gone, "until": before.isoformat(), "kept_years": kept_years},
            now=now,
        )
    return gone


def expiries() -> list[AuditExpiry]:
    """List what was deleted when, newest first."""
    return list(AuditExpiry.objects.order_by("-id"))


def covered_by_expiry(*, digests: Mapping[int, str]) -> tuple[int, list[int]]:
    """Tell up to which seal nothing needs to be there, and which rows that claim so are not genuine."""
    until, false = 0, []
    for row in AuditExpiry.objects.order_by("id"):
        known = digests.get(row.seal_number) == row.seal_digest
        if known and compare_digest(row.signature, _sign(row)):
            until = max(until, row.seal_number)
        else:
            false.append(row.seal_number)
    return until, false


def first_whole_seal() -> int:
    """Name the first seal whose entries are still there."""
    return _gone_until() + 1


def _gone_until() -> int:
    newest = AuditExpiry.objects.order_by("-seal_number").values_list("seal_number", flat=True).first()
    return newest or 0


def _delete(*, until: int) -> int:
    seals = AuditSeal.objects.filter(number__gt=_gone_until(), number__lte=until).order_by("number")
    runs = sorted(
        run
        for ends in seals.values_list("runs", flat=True)
        for run in zip(ends[::2], ends[1::2], strict=True)
    )
    gone = 0
    with connection.cursor() as cursor:
        cursor.execute(_ALLOW)
        for first, last in _joined(runs):
            cursor.execute(_DELETE, {"first": first, "last": last})
            gone += cursor.rowcount
        cursor.execute("SELECT set_config('madoguchi.expires_audit', 'no', true)")
    return gone


def _joined(runs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for first, last in runs:
        if found and found[-1][1] == first - 1:
            found[-1] = (found[-1][0], last)
        else:
            found.append((first, last))
    return found


def _sign(row: AuditExpiry) -> str:
    said: list[Any] = [row.seal_number, row.seal_digest, row.before.timestamp(), row.kept_years, row.entries]
    content = "|".join(str(each) for each in said).encode()
    return vault.signature(content=content, purpose=PURPOSE, city=current_city().uuid)
