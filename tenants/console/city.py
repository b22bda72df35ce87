"""One city as our operators see it: what was agreed, what is on and how it fares; never who lives there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings

from madoguchi.accounts.phrases import AuditRow, rows_of
from madoguchi.errors import NotFound
from madoguchi.ledger.audit.queries import AuditFilter, search
from madoguchi.tenancy import City as CityLike
from tenants import switching
from tenants.console.badges import STATES, Badge, ending_badge
from tenants.directory import directory
from tenants.models import City, State, Zone
from tenants.outages.rules import rule_of
from tenants.rules import terms
from tenants.states import possible_states

HISTORY = 20


class CityUnknown(NotFound):
    """No city has this code."""

    code = "city_unknown"


@dataclass(frozen=True)
class HostLine:
    """A host name, whom it serves and whether it is the first of its zone."""

    zone: str
    url: str
    is_primary: bool


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """The contract in words."""

    starts_on: date
    ends_on: date
    ending: Badge | None
    notice_days: int
    consent_required: bool
    rules: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class CityView:
    """One city with everything of it that stands in the public schema."""

    row: City
    hosts: Sequence[HostLine]
    switches: Sequence[switching.Line]
    agreement: Agreement | None
    next_states: Sequence[tuple[str, str]]

    @property
    def badge(self) -> Badge:
        """Say in which state of its life the city is."""
        return STATES[State(self.row.state)]


def find_row(code: str) -> City:
    """Find a city by its code.

    Raises CityUnknown.
    """
    row: City | None = City.objects.select_related("contract").filter(code=code).first()
    if row is None:
        raise CityUnknown(code=code)
    return row


def find_record(code: str) -> CityLike:
    """Find a city, open or not, as the rest of the platform knows it.

    Raises CityUnknown.
    """
    found = directory.by_code(code)
    if found is None:
        # Made a moment ago, perhaps, by a process whose news have not reached this one.
        directory.forget()
        found = directory.by_code(code)
    if found is None:
        raise CityUnknown(code=code)
    return found


def view_city(*, code: str, today: date) -> CityView:
    """Read one city.

    Raises CityUnknown.
    """
    row, record = find_row(code), find_record(code)
    return CityView(
        row=row,
        hosts=_hosts(row),
        switches=switching.lines(city=record),
        agreement=_agreement(row, today),
        next_states=possible_states(state=row.state),
    )


def history(*, code: str) -> list[AuditRow]:
    """List what operators did to a city, newest first."""
    return rows_of(search(wanted=AuditFilter(objects=(code,)), page_size=HISTORY).entries)


def _hosts(row: City) -> list[HostLine]:
    scheme, suffix = settings.MADOGUCHI["SCHEME"], settings.MADOGUCHI["PORT_SUFFIX"]
    found = row.domains.order_by("zone", "-is_primary", "domain")
    return [
        HostLine(str(Zone(each.zone).label), f"{scheme}://{each.domain}{suffix}", each.is_primary)
        for each in found
    ]


def _agreement(row: City, today: date) -> Agreement | None:
    contract = getattr(row, "contract", None)
    if contract is None:
        return None
    reached = terms.reached_alerts(ends_on=contract.ends_on, today=today)
    agreed = dict(contract.rules.get("contract", {}))
    left = terms.days_left(ends_on=contract.ends_on, today=today)
    return Agreement(
        starts_on=contract.starts_on,
        ends_on=contract.ends_on,
        ending=ending_badge(alert=reached[-1] if reached else None, days_left=left),
        notice_days=rule_of(contract.rules).days,
        consent_required=bool(agreed.get("consent_required")),
        rules=agreed,
    )
