"""A line of a register and a visit to a city, as our operators see them on their console."""

from typing import Any
from uuid import UUID, uuid5

from madoguchi import clock
from madoguchi.ledger.audit.actors import Actor
from madoguchi.tenancy import in_city
from tenants.registers import services


def furnish_console(world: Any, *, same: UUID) -> dict[str, str]:
    """Write one line into the register of assumptions; the visit is the one that every city was asked for."""
    now = clock.now()
    with in_city(world.city):
        entry = services.add(
            line=services.Line(
                kind="assumption",
                # Every city reads it: no mark of anybody.
                values={"title": "見本の前提", "state": "open", "found_on": now.date()},
            ),
            actor=Actor(kind="operator", id=str(same), name=world.mark),
            now=now,
        )
    return {
        "entry_id": str(entry),
        "registers.new.kind": "assumption",
        "visit_id": str(uuid5(same, "visit")),
        "cities.visits.act": "end",
    }
