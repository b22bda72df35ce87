"""What a city chose of its look, kept beside its name for pages that may ask no table of the city.

Such are the pages at a closed door and those the proxy shows while nothing else answers.
"""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from psycopg.types.json import Jsonb

from madoguchi.brand import queries
from madoguchi.database.base import binding_sql
from madoguchi.hooks.contracts.looks import LookChosen
from madoguchi.ledger.audit.actors import Actor
from madoguchi.tenancy import current_city
from madoguchi.web.brands import TOLD, as_shown
from tenants.directory import directory
from tenants.outages.tasks import write_soon
from tenants.public import beside

KEEP: Final = "UPDATE tenants_city SET brand = brand || %(shown)s WHERE uuid = %(city)s"


def hear_look(*, event: LookChosen, key: UUID, actor: Actor, now: datetime) -> None:
    """Keep what the city shows now, whichever of its choices told of it."""
    brand = queries.overlaid(queries.current_look())
    shown = as_shown({name: brand.get(name, "") for name in TOLD})
    # A city's role has no right to this table; our operators' has.
    with beside() as own:
        own.execute(binding_sql(settings.MADOGUCHI["OPERATORS_SCHEMA"]).encode())
        own.execute(KEEP, {"shown": Jsonb(shown), "city": current_city().uuid})
    transaction.on_commit(directory.tell_everybody)
    transaction.on_commit(write_soon)
