"""What operators may see of a city: its contract and its switches, never its residents."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.apps import apps

from madoguchi.hooks.registry import plugins
from tenants.models import City, State


@dataclass(frozen=True, kw_only=True)
class CityLine:
    """One line of the operators' list."""

    code: str
    name: str
    prefecture: str
    state: str
    state_label: str
    resident_url: str
    staff_url: str
    active: tuple[str, ...]
    planned: tuple[str, ...]
    contract_ends_on: date | None
    contract: dict[str, Any]


def city_lines() -> Sequence[CityLine]:
    """List every city with what was agreed and what is on."""
    rows = City.objects.select_related("contract").prefetch_related("switches", "domains")
    return [_line(row) for row in rows]


def _line(row: City) -> CityLine:
    contract = getattr(row, "contract", None)
    rules = contract.rules if contract else {}
    hosts = {domain.zone: domain.domain for domain in row.domains.all()}
    on = {switch.plugin for switch in row.switches.all() if switch.is_on}
    return CityLine(
        code=row.code,
        name=row.name,
        prefecture=row.prefecture,
        state=row.state,
        state_label=str(State(row.state).label),
        resident_url=hosts.get("resident", ""),
        staff_url=hosts.get("staff", ""),
        active=tuple(str(apps.get_app_config(name).verbose_name) for name in plugins.names if name in on),
        planned=tuple(
            str(planned.get("label", planned.get("plugin", ""))) for planned in rules.get("planned", [])
        ),
        contract_ends_on=contract.ends_on if contract else None,
        contract=rules.get("contract", {}),
    )
