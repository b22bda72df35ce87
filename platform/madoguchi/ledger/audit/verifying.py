"""Recompute the chain of the current city and say what does not fit."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from hmac import compare_digest
from typing import Any

from django.db import connection

from madoguchi.ledger.audit import heads
from madoguchi.ledger.audit.expiring import covered_by_expiry
from madoguchi.ledger.audit.hashing import GENESIS, SealContent, canonical, merkle_root, uncovered
from madoguchi.ledger.audit.models import AuditAnchor, AuditSeal
from madoguchi.ledger.audit.reporting import is_genuine, reports
from madoguchi.ledger.audit.sealing import LONGEST_ACT, entries_of, sign

SEALS_AT_ONCE = 50
ENTRIES_AT_ONCE = 20_000

_AFTER = "SELECT id, at FROM audit_auditentry WHERE id > %(after)s ORDER BY id LIMIT %(limit)s"


class Fault(StrEnum):
    """What can be wrong with a list."""

    CHANGED = "changed"
    MISSING = "missing"
    ADDED = "added"
    CHAIN = "chain"
    SIGNATURE = "signature"
    TAIL = "tail"
    ANCHOR = "anchor"
    EXPIRY = "expiry"
    REPORT = "report"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that does not fit, at a seal or an entry."""

    fault: Fault
    seal: int
    entries: tuple[int, ...] = ()

    def __str__(self) -> str:
        where = f"seal {self.seal}" if self.seal else "no seal"
        entries = f", entries {', '.join(map(str, self.entries[:20]))}" if self.entries else ""
        return f"{self.fault}: {where}{entries}"


@dataclass
class Report:
    """What a verification has read and found."""

    seals: int = 0
    entries: int = 0
    waiting: int = 0
    sealed_at: datetime | None = None
    digest: str = GENESIS
    findings: list[Finding] = field(default_factory=list)

    @property
    def is_sound(self) -> bool:
        """Tell whether everything fits."""
        return not self.findings


def verify() -> Report:
    """Recompute every seal of the current city."""
    report = Report()
    runs: list[tuple[int, int]] = []
    digests: dict[int, str] = {}
    known = dict(AuditSeal.objects.values_list("number", "digest"))
    expired, false = covered_by_expiry(digests=known)
    report.findings += [Finding(Fault.EXPIRY, number) for number in false]
    for seals in _in_portions():
        _verify_portion(seals, report, expired=expired)
        for seal in seals:
            runs += _runs(seal)
            digests[seal.number] = seal.digest
    _sort_uncovered(sorted(runs), report)
    report.findings += _cut_off(digests)
    report.findings += _off_their_anchors(digests)
    report.findings += [Finding(Fault.REPORT, 0) for each in reports() if not is_genuine(each)]
    return report


def contents_of(seal: AuditSeal) -> SealContent:
    """Read back what a seal promises."""
    return SealContent(
        number=seal.number,
        sealed_at=seal.sealed_at,
        count=seal.count,
        runs=_runs(seal),
        root=seal.root,
        previous=seal.previous,
    )


def entries_under(seals: Sequence[AuditSeal]) -> list[list[Mapping[str, Any]]]:
    """Read the entries under each of these seals, by number."""
    owners = {
        number: place
        for place, seal in enumerate(seals)
        for first, last in _runs(seal)
        for number in range(first, last + 1)
    }
    found: list[list[Mapping[str, Any]]] = [[] for _seal in seals]
    for entry in entries_of(list(owners)):
        found[owners[entry["id"]]].append(entry)
    return found


def _in_portions() -> Iterator[list[AuditSeal]]:
    last = 0
    while seals := list(AuditSeal.objects.filter(number__gt=last).order_by("number")[:SEALS_AT_ONCE]):
        yield seals
        last = seals[-1].number


def _verify_portion(seals: Sequence[AuditSeal], report: Report, *, expired: int) -> None:
    for seal, entries in zip(seals, entries_under(seals), strict=True):
        content = contents_of(seal)
        report.findings += _chain_faults(seal, content, report)
        if content.number > expired:
            report.findings += _entry_faults(content, entries)
        report.seals += 1
        report.entries += len(entries)
        report.digest = seal.digest
        report.sealed_at = seal.sealed_at


def _chain_faults(seal: AuditSeal, content: SealContent, report: Report) -> Iterator[Finding]:
    follows = seal.previous == report.digest and seal.number == report.seals + 1
    if not follows or content.digest() != seal.digest:
        yield Finding(Fault.CHAIN, seal.number)
    if not compare_digest(seal.signature, sign(seal.digest)):
        yield Finding(Fault.SIGNATURE, seal.number)


def _entry_faults(content: SealContent, entries: Sequence[Mapping[str, Any]]) -> Iterator[Finding]:
    ids = [entry["id"] for entry in entries]
    if len(ids) != content.count:
        present = set(ids)
        gone = (number for first, last in content.runs for number in range(first, last + 1))
        yield Finding(
            Fault.MISSING, content.number, tuple(number for number in gone if number not in present)
        )
    elif merkle_root([canonical(entry) for entry in entries]) != content.root:
        yield Finding(Fault.CHANGED, content.number, tuple(ids))


def _sort_uncovered(runs: Sequence[tuple[int, int]], report: Report) -> None:
    """Tell what waits for its seal from what says that it is older than seals that do not know it."""
    oldest = report.sealed_at - LONGEST_ACT if report.sealed_at else None
    added: list[int] = []
    for dates in _all_dates():
        for number in uncovered(list(dates), runs):
            if oldest is not None and dates[number] < oldest:
                added.append(number)
            else:
                report.waiting += 1
    if added:
        report.findings.append(Finding(Fault.ADDED, 0, tuple(added)))


def _all_dates() -> Iterator[dict[int, datetime]]:
    after = 0
    with connection.cursor() as cursor:
        while True:
            cursor.execute(_AFTER, {"after": after, "limit": ENTRIES_AT_ONCE})
            dates: dict[int, datetime] = dict(cursor.fetchall())
            if not dates:
                return
            yield dates
            after = max(dates)


def _cut_off(digests: Mapping[int, str]) -> Iterator[Finding]:
    for head in heads.kept():
        if digests.get(head.number) != head.digest:
            yield Finding(Fault.TAIL, head.number)


def _off_their_anchors(digests: Mapping[int, str]) -> Iterator[Finding]:
    for anchor in AuditAnchor.objects.order_by("day"):
        if digests.get(anchor.seal_number) != anchor.digest:
            yield Finding(Fault.ANCHOR, anchor.seal_number)


def _runs(seal: AuditSeal) -> tuple[tuple[int, int], ...]:
    return tuple(zip(seal.runs[::2], seal.runs[1::2], strict=True))
