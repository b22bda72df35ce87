"""How much a city holds: counted as the city, on a connection of its own, and written down there.

Only numbers leave the city. The operators' own role has no right to a city's tables.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import psycopg
from django.apps import apps
from django.db import connection
from psycopg import sql

from madoguchi.database.base import binding_sql
from madoguchi.hooks.registry import plugins
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit import sql as audit_sql
from madoguchi.ledger.audit.actors import Actor
from madoguchi.tenancy import City as CityLike
from tenants.directory import CONNECTION_KEYS

ACTION = "tenants.rows_counted"
OBJECT = "tenants.city"


@dataclass(frozen=True)
class Count:
    """A number and what it counts."""

    label: str
    number: int


def count_rows(*, city: CityLike, actor: Actor, now: datetime) -> list[Count]:
    """Count what plugins offer for it, with an entry in the city's audit list and in the operators' own."""
    offered = plugins.declared("countables")
    tables = [apps.get_model(each.model)._meta.db_table for each in offered]
    numbers = _count(city, tables, actor, now)
    audit.record(actor=actor, action=ACTION, object_type=OBJECT, object_ids=[city.code], now=now)
    return [Count(str(each.label), number) for each, number in zip(offered, numbers, strict=True)]


def _count(city: CityLike, tables: Sequence[str], actor: Actor, now: datetime) -> list[int]:
    known = connection.get_connection_params()
    parameters = {key: value for key, value in known.items() if key in CONNECTION_KEYS}
    counts = [sql.SQL("(SELECT count(*) FROM {})").format(sql.Identifier(table)) for table in tables]
    entry = audit_sql.parameters(
        actor=actor, action=ACTION, object_type=OBJECT, object_ids=[city.code], now=now
    )
    with psycopg.connect(**parameters) as own:
        own.execute(binding_sql(city.schema_name).encode())
        own.execute(audit_sql.insert().encode(), entry)
        found = own.execute(sql.SQL("SELECT {}").format(sql.SQL(", ").join(counts))).fetchone()
    return [int(number) for number in found or ()]
