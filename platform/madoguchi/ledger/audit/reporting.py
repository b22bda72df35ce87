"""The report of one month: what was done, by whom, at what odd hours, and where the chain stood.

No resident is named in it. It is written once, signed with the city's key, and can only be read from then on.
"""

import json
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from hmac import compare_digest
from typing import Any, Final

from django.db import connection

from madoguchi import clock
from madoguchi.ledger import vault
from madoguchi.ledger.audit.models import AuditAlert, AuditAnchor, AuditEntry, AuditReport, AuditSeal
from madoguchi.ledger.audit.report_questions import LIMITS, QUESTIONS
from madoguchi.ledger.audit.services import DENIED, READ
from madoguchi.tenancy import current_city

FORMAT: Final = "madoguchi-log-report-1"
PURPOSE: Final = "audit.report"
MOST_MONTHS: Final = 13


def month_of(day: date) -> date:
    """Name the month of a day by its first day."""
    return day.replace(day=1)


def month_before(month: date) -> date:
    """Name the month before another."""
    return month_of(month - timedelta(days=1))


def reports() -> list[AuditReport]:
    """List the reports of the city, newest first."""
    return list(AuditReport.objects.order_by("-month"))


def find_report(*, month: date) -> AuditReport | None:
    """Find the report of a month."""
    return AuditReport.objects.filter(month=month_of(month)).first()


def make_missing(*, now: datetime) -> int:
    """Write the report of every month that is over and has none, a year back at most; count them."""
    made = 0
    month = month_before(month_of(clock.local(now).date()))
    known = set(AuditReport.objects.values_list("month", flat=True))
    for _step in range(MOST_MONTHS):
        if month not in known and _has_entries(month):
            make(month=month, now=now)
            made += 1
        month = month_before(month)
    return made


def make(*, month: date, now: datetime) -> AuditReport:
    """Write the report of a month and freeze it."""
    content = gather(month=month, now=now)
    digest = digest_of(content)
    return AuditReport.objects.create(
        month=month_of(month), made_at=now, content=content, digest=digest, signature=_sign(digest)
    )


def is_genuine(report: AuditReport) -> bool:
    """Tell whether a report still reads as it was written."""
    digest = digest_of(report.content)
    return digest == report.digest and compare_digest(report.signature, _sign(digest))


def gather(*, month: date, now: datetime) -> dict[str, Any]:
    """Count what a month holds so far."""
    since, until = _midnight(month_of(month)), _midnight(_next_month(month))
    values: dict[str, Any] = {"since": since, "until": until, "denied": DENIED, "read": READ, **LIMITS}
    found: dict[str, Any] = {}
    with connection.cursor() as cursor:
        for name, question in QUESTIONS.items():
            cursor.execute(question, values)
            found[name] = [[_plain(value) for value in row] for row in cursor.fetchall()]
    city = current_city()
    return {
        "format": FORMAT,
        "city": {"code": city.code, "name": city.name},
        "month": f"{month:%Y-%m}",
        "made_at": now.isoformat(),
        "is_whole": now >= until,
        **found,
        "alerts": _alerts(since, until),
        "seals": _seals(since, until),
        "anchors": _anchors(month_of(month), _next_month(month)),
    }


def digest_of(content: dict[str, Any]) -> str:
    """Hash a report as the one text that its city can hash again."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


def _sign(digest: str) -> str:
    return vault.signature(content=digest.encode(), purpose=PURPOSE, city=current_city().uuid)


def _has_entries(month: date) -> bool:
    period = {"at__gte": _midnight(month), "at__lt": _midnight(_next_month(month))}
    return AuditEntry.objects.filter(**period).exists()


def _alerts(since: datetime, until: datetime) -> list[list[Any]]:
    found = AuditAlert.objects.filter(since__gte=since, since__lt=until).order_by("since")
    return [
        [each.kind, each.actor_name, each.count, each.since.isoformat(), each.seen_by, each.note]
        for each in found[:100]
    ]


def _seals(since: datetime, until: datetime) -> dict[str, Any]:
    sealed = AuditSeal.objects.filter(sealed_at__gte=since, sealed_at__lt=until).order_by("number")
    first, last = sealed.first(), sealed.last()
    if first is None or last is None:
        return {"count": 0}
    return {
        "count": sealed.count(),
        "entries": sum(sealed.values_list("count", flat=True)),
        "first": first.number,
        "last": last.number,
        "digest": last.digest,
    }


def _anchors(since: date, until: date) -> list[list[Any]]:
    found = AuditAnchor.objects.filter(day__gte=since, day__lt=until).order_by("day")
    return [[each.day.isoformat(), each.seal_number, each.entries, each.digest] for each in found]


def _next_month(month: date) -> date:
    return month_of(month_of(month) + timedelta(days=32))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=clock.JAPAN)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
