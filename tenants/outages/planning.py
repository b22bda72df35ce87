"""What stands against an outage in each of the cities it is meant for."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from madoguchi import clock
from madoguchi.standing import standing
from tenants.models import City, Consent, Contract, OutageOfCity
from tenants.outages import rules
from tenants.outages.rules import NoticeRule, Span

Obstacle = Literal["", "too_late", "overlap"]


@dataclass(frozen=True, kw_only=True)
class CityPlan:
    """One city: what was agreed with it, and what stands against the outage there."""

    uuid: UUID
    code: str
    name: str
    schema_name: str
    rule: NoticeRule
    earliest: date
    obstacle: Obstacle


@dataclass(frozen=True)
class Plan:
    """An outage as it would meet the chosen cities."""

    span: Span
    cities: Sequence[CityPlan]

    @property
    def earliest(self) -> date:
        """The first day that suits the contract of every chosen city."""
        return max(city.earliest for city in self.cities)

    @property
    def too_late(self) -> list[CityPlan]:
        """List the cities whose contract asks for an earlier notice."""
        return [city for city in self.cities if city.obstacle == "too_late"]

    @property
    def overlapping(self) -> list[CityPlan]:
        """List the cities that have another outage at this time."""
        return [city for city in self.cities if city.obstacle == "overlap"]

    @property
    def asked(self) -> list[CityPlan]:
        """List the cities that must agree first."""
        return [city for city in self.cities if city.rule.needs_consent]


def make_plan(
    *, codes: Iterable[str], span: Span, now: datetime, beside: UUID | None = None, locks: bool = False
) -> Plan:
    """Look at each chosen city that is served; ``beside`` names the outage that is being moved.

    With ``locks`` nobody else plans for these cities until the transaction ends.
    """
    chosen = City.objects.filter(code__in=list(codes)).order_by("code")
    served = [row for row in (chosen.select_for_update() if locks else chosen) if standing(row.state).works]
    agreed = dict(Contract.objects.filter(city__in=served).values_list("city_id", "rules"))
    busy = _busy(served, span, beside)
    today = clock.local(now).date()
    return Plan(
        span, [_city(row, rules.rule_of(agreed.get(row.uuid, {})), busy, span, today) for row in served]
    )


def _city(row: City, rule: NoticeRule, busy: set[UUID], span: Span, today: date) -> CityPlan:
    earliest = rules.earliest_day(rule=rule, today=today)
    obstacle: Obstacle = ""
    if row.uuid in busy:
        obstacle = "overlap"
    elif clock.local(span.starts_at).date() < earliest:
        obstacle = "too_late"
    return CityPlan(
        uuid=row.uuid,
        code=row.code,
        name=row.name,
        schema_name=row.schema_name,
        rule=rule,
        earliest=earliest,
        obstacle=obstacle,
    )


def _busy(cities: Sequence[City], span: Span, beside: UUID | None) -> set[UUID]:
    """Find the cities that have another outage at this time, agreed to or waiting for an answer."""
    found = OutageOfCity.objects.filter(
        city__in=cities,
        outage__cancelled_at__isnull=True,
        outage__reopened_at__isnull=True,
        outage__starts_at__lt=span.ends_at,
        outage__ends_at__gt=span.starts_at,
    ).exclude(consent=Consent.REFUSED)
    return set(found.exclude(outage_id=beside).values_list("city_id", flat=True))
