"""A city's list as a file that the city can verify by itself, without us and without a network.

One JSON object a line: the head, then each seal followed by its entries as the very texts that were
hashed, then the anchors of the days. ``offline/verify.html`` reads it.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db.models import Max, Min

from madoguchi.ledger.audit.expiring import first_whole_seal
from madoguchi.ledger.audit.hashing import FORMAT, GENESIS, canonical, moment
from madoguchi.ledger.audit.models import AuditAnchor, AuditSeal
from madoguchi.ledger.audit.verifying import contents_of, entries_under
from madoguchi.tenancy import City, in_city

SEALS_AT_ONCE = 50
VERIFIER = Path(__file__).parent / "offline" / "verify.html"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the chain of a city stands."""

    number: int = 0
    digest: str = ""
    sealed_at: datetime | None = None
    anchors: tuple[AuditAnchor, ...] = ()


def standing(*, anchors: int) -> Standing:
    """Tell where the chain of the current city stands, with the newest anchors."""
    newest = AuditSeal.objects.order_by("-number").first()
    days = tuple(AuditAnchor.objects.order_by("-day")[:anchors])
    if newest is None:
        return Standing(anchors=days)
    return Standing(number=newest.number, digest=newest.digest, sealed_at=newest.sealed_at, anchors=days)


def count_seals(*, since: datetime, until: datetime) -> int:
    """Count the seals of a period of the current city."""
    return AuditSeal.objects.filter(sealed_at__gte=since, sealed_at__lt=until).count()


def lines(*, city: City, since: datetime, until: datetime, now: datetime) -> Iterator[bytes]:
    """Write the seals of a period with everything under them; enters the city for each portion."""
    with in_city(city):
        # What expired is not there any more: the file begins with the first seal that still covers all.
        kept = AuditSeal.objects.filter(number__gte=first_whole_seal())
        period = kept.filter(sealed_at__gte=since, sealed_at__lt=until)
        ends = period.aggregate(first=Min("number"), last=Max("number"))
        yield _line(_head(city, ends["first"] or 1, now))
    number, last = ends["first"] or 1, ends["last"] or 0
    while number <= last:
        with in_city(city):
            seals = list(
                AuditSeal.objects.filter(number__gte=number, number__lte=last).order_by("number")[
                    :SEALS_AT_ONCE
                ]
            )
            yield b"".join(_portion(seals))
        if not seals:
            break
        number = seals[-1].number + 1
    with in_city(city):
        for anchor in AuditAnchor.objects.filter(seal_number__lte=last).order_by("day"):
            values = {"day": anchor.day.isoformat(), "number": anchor.seal_number, "digest": anchor.digest}
            yield _line({"anchor": values})


def _head(city: City, first: int, now: datetime) -> dict[str, object]:
    before = AuditSeal.objects.filter(number=first - 1).values_list("digest", flat=True).first()
    return {
        "format": FORMAT,
        "city": {"code": city.code, "name": city.name},
        "first": first,
        "previous": before or GENESIS,
        "exported_at": moment(now),
    }


def _portion(seals: list[AuditSeal]) -> Iterator[bytes]:
    for seal, entries in zip(seals, entries_under(seals), strict=True):
        content = contents_of(seal)
        values = {
            "number": content.number,
            "sealed_at": moment(content.sealed_at),
            "count": content.count,
            "runs": ",".join(f"{first}-{last}" for first, last in content.runs),
            "root": content.root,
            "previous": content.previous,
            "digest": seal.digest,
        }
        yield _line({"seal": values})
        for entry in entries:
            yield _line({"entry": canonical(entry)})


def _line(values: dict[str, object]) -> bytes:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
