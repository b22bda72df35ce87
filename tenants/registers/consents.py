"""The sub-processors that a contract names: signing it is the city's first written consent."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from madoguchi.ledger.audit.actors import SYSTEM
from tenants.models import EntryState, RegisterEntry, RegisterKind
from tenants.registers import queries

CONTRACT = "契約書"


def consent_by_contract(*, city_id: UUID, plugins: Iterable[str], since: date, now: datetime) -> None:
    """Write down the sub-processors of the plugins that a new city's contract names."""
    needs = {need.name: need for plugin in plugins for need in queries.needed_by(plugin)}
    RegisterEntry.objects.bulk_create(
        RegisterEntry(
            kind=RegisterKind.SUB_PROCESSOR,
            city_id=city_id,
            key=name,
            title=str(need.label),
            text=str(need.purpose),
            state=EntryState.ACCEPTED,
            found_on=since,
            document=CONTRACT,
            consented_on=min(since, now.date()),
            changed_at=now,
            changed_by_name=SYSTEM.name,
        )
        for name, need in needs.items()
    )
