"""A city's contract, changed by our operators: the term, what it allows and the rules the platform keeps."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import Actor
from madoguchi.tenancy import City as CityLike
from tenants import contracts, switching
from tenants.directory import directory
from tenants.models import Contract

RULES = ("notice_days", "consent_required", "regular_stops", "retention_years")


@dataclass(frozen=True, kw_only=True)
class Agreed:
    """What a contract says, as operators write it."""

    starts_on: date
    ends_on: date
    plugins: Sequence[str]
    notice_days: int | None = None
    consent_required: bool = False
    regular_stops: bool = False
    retention_years: int | None = None


def read_agreed(*, city: CityLike) -> Agreed:
    """Read a city's contract."""
    contract = Contract.objects.get(city_id=city.uuid)
    agreed = contract.rules.get("contract", {})
    return Agreed(
        starts_on=contract.starts_on,
        ends_on=contract.ends_on,
        plugins=tuple(contract.rules.get("plugins", ())),
        **{name: agreed[name] for name in RULES if name in agreed},
    )


def change_agreed(*, city: CityLike, agreed: Agreed, actor: Actor, now: datetime) -> bool:
    """Write down a changed contract, each part with its audit entry; tell whether anything changed.

    Raises ImpossibleTerm and UnknownPlugin.
    """
    with transaction.atomic():
        Contract.objects.select_for_update().get(city_id=city.uuid)
        before = read_agreed(city=city)
        if (before.starts_on, before.ends_on) != (agreed.starts_on, agreed.ends_on):
            contracts.change_term(
                city=city, starts_on=agreed.starts_on, ends_on=agreed.ends_on, actor=actor, now=now
            )
        if sorted(before.plugins) != sorted(agreed.plugins):
            switching.agree_on(city=city, plugins=agreed.plugins, actor=actor, now=now)
        _change_rules(city, before, agreed, actor, now)
    return before != agreed


def _change_rules(city: CityLike, before: Agreed, agreed: Agreed, actor: Actor, now: datetime) -> None:
    old: dict[str, Any] = {name: getattr(before, name) for name in RULES}
    new: dict[str, Any] = {name: getattr(agreed, name) for name in RULES}
    contract = Contract.objects.get(city_id=city.uuid)
    written = {**contract.rules.get("contract", {}), **{name: new[name] for name in RULES}}
    written |= {"starts_on": agreed.starts_on.isoformat(), "ends_on": agreed.ends_on.isoformat()}
    Contract.objects.filter(pk=contract.pk).update(rules={**contract.rules, "contract": written})
    if old == new:
        return
    changed = [name for name in RULES if old[name] != new[name]]
    audit.record(
        actor=actor,
        action="tenants.contract_changed",
        object_type=switching.OBJECT,
        object_ids=[city.code],
        details={"from": {name: old[name] for name in changed}, "to": {name: new[name] for name in changed}},
        now=now,
    )
    transaction.on_commit(directory.tell_everybody)
