"""Planned outages as our operators and a city's own staff see them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from django.db.models import Count, Q

from madoguchi import clock
from madoguchi.tenancy import City
from tenants.models import Consent, OutageOfCity, PlannedOutage
from tenants.outages.services import OutageUnknown
from tenants.public import rows

Phase = Literal["coming", "now", "overrun", "over", "cancelled"]

OF_CITY: Final = """
SELECT outage.uuid AS id, starts_at, ends_at, reasons, emergency_reason, announced_at, cancelled_at,
       reopened_at, opens_by_itself, notice_days, consent, answered_at, answered_by_name, answer_reason,
       told_from
  FROM tenants_outageofcity AS of_city JOIN tenants_plannedoutage AS outage ON outage.uuid = outage_id
 WHERE city_id = %(city)s ORDER BY starts_at DESC LIMIT 50
"""
COUNTED: Final = """
SELECT counted_from, counted_until
  FROM tenants_outageofcity AS of_city JOIN tenants_plannedoutage AS outage ON outage.uuid = outage_id
 WHERE city_id = %(city)s AND consent IN ('not_needed', 'given') AND cancelled_at IS NULL
   AND counted_from < %(until)s AND counted_until > %(since)s AND counted_until > counted_from
"""


@dataclass(frozen=True, kw_only=True)
class OutageLine:
    """One outage in our operators' list."""

    id: UUID
    starts_at: datetime
    ends_at: datetime
    reason: str
    phase: Phase
    is_emergency: bool
    cities: int
    waiting: int
    refused: int


@dataclass(frozen=True, kw_only=True)
class CityLine:
    """One city of an outage."""

    code: str
    name: str
    notice_days: int
    consent: str
    consent_label: str
    answered_at: datetime | None
    answered_by_name: str
    answer_reason: str
    told_from: datetime
    is_counted: bool


@dataclass(frozen=True, kw_only=True)
class OutageView:
    """One outage with its cities."""

    row: PlannedOutage
    phase: Phase
    cities: Sequence[CityLine]

    @property
    def waiting(self) -> list[CityLine]:
        """List the cities that have not answered."""
        return [city for city in self.cities if city.consent == Consent.ASKED]

    @property
    def is_open(self) -> bool:
        """Tell whether anything about it can still change."""
        return self.phase in ("coming", "now", "overrun")


@dataclass(frozen=True, kw_only=True)
class CityOutage:
    """An outage as the staff of its city see it."""

    id: UUID
    starts_at: datetime
    ends_at: datetime
    reason: str
    emergency_reason: str
    announced_at: datetime
    phase: Phase
    consent: str
    consent_label: str
    answered_at: datetime | None
    answered_by_name: str
    answer_reason: str
    told_from: datetime
    notice_days: int

    @property
    def is_asked(self) -> bool:
        """Tell whether the city's answer is waited for."""
        return self.consent == Consent.ASKED and self.phase == "coming"


def outage_list(*, now: datetime) -> list[OutageLine]:
    """List all outages, those to come first."""
    found = PlannedOutage.objects.annotate(
        all=Count("cities"),
        waiting=Count("cities", filter=Q(cities__consent=Consent.ASKED)),
        refused=Count("cities", filter=Q(cities__consent=Consent.REFUSED)),
    ).order_by("-starts_at")[:200]
    return [
        OutageLine(
            id=row.pk,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            reason=row.reasons.get("ja", ""),
            phase=_phase(vars(row), now),
            is_emergency=bool(row.emergency_reason),
            cities=row.all,
            waiting=row.waiting,
            refused=row.refused,
        )
        for row in found
    ]


def outage(*, outage_id: UUID, now: datetime) -> OutageView:
    """Find one outage with its cities.

    Raises OutageUnknown.
    """
    row = PlannedOutage.objects.filter(pk=outage_id).first()
    if row is None:
        raise OutageUnknown(outage=outage_id)
    of_cities = OutageOfCity.objects.filter(outage=row).select_related("city").order_by("city__code")
    return OutageView(row=row, phase=_phase(vars(row), now), cities=[_city_line(each) for each in of_cities])


def of_city(*, city: City, now: datetime) -> list[CityOutage]:
    """List the outages of a city, the newest first, from wherever this code runs."""
    return [_of_city(row, now) for row in rows(OF_CITY, {"city": city.uuid})]


def find_of_city(*, city: City, outage_id: UUID, now: datetime) -> CityOutage:
    """Find one outage of a city.

    Raises OutageUnknown.
    """
    for each in of_city(city=city, now=now):
        if each.id == outage_id:
            return each
    raise OutageUnknown(outage=outage_id)


def counted_spans(*, city: City, since: datetime, until: datetime) -> list[tuple[datetime, datetime]]:
    """List the times that were announced as the contract asks: what was down in them is no failure."""
    found = rows(COUNTED, {"city": city.uuid, "since": since, "until": until})
    return [(row["counted_from"], row["counted_until"]) for row in found]


def consents() -> Mapping[str, str]:
    """Name every answer."""
    return {value: str(label) for value, label in Consent.choices}


def waiting_for(lines: Iterable[CityOutage]) -> list[CityOutage]:
    """Choose what waits for the city's answer."""
    return [line for line in lines if line.is_asked]


def _city_line(row: OutageOfCity) -> CityLine:
    return CityLine(
        code=row.city.code,
        name=row.city.name,
        notice_days=row.notice_days,
        consent=row.consent,
        consent_label=str(Consent(row.consent).label),
        answered_at=row.answered_at,
        answered_by_name=row.answered_by_name,
        answer_reason=row.answer_reason,
        told_from=row.told_from,
        is_counted=row.counted_from is not None,
    )


def _of_city(row: Mapping[str, object], now: datetime) -> CityOutage:
    known = {name: row[name] for name in CityOutage.__dataclass_fields__ if name in row}
    reasons = row["reasons"]
    return CityOutage(
        **known,  # type: ignore[arg-type]
        reason=str(reasons.get("ja", "")) if isinstance(reasons, Mapping) else "",
        phase=_phase(row, now),
        consent_label=consents()[str(row["consent"])],
    )


def _phase(row: Mapping[str, object], now: datetime) -> Phase:
    starts_at, ends_at = row["starts_at"], row["ends_at"]
    assert isinstance(starts_at, datetime)
    assert isinstance(ends_at, datetime)
    if row["cancelled_at"]:
        return "cancelled"
    if row["reopened_at"] or (row["opens_by_itself"] and now >= ends_at):
        return "over"
    if now < starts_at:
        return "coming"
    return "now" if clock.local(now) < ends_at else "overrun"
