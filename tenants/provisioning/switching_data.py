"""Changing what a city keeps of the people who book: a plan first, then the purge with its proof."""

import hashlib
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import connection, transaction
from psycopg import sql

from madoguchi.errors import DomainError
from madoguchi.hooks.contracts.bookings import PersonalData, personal_data_of
from madoguchi.tenancy import City as CityLike
from madoguchi.tenancy import in_city
from tenants.directory import directory
from tenants.provisioning import booking_data, roles
from tenants.provisioning.booking_data import Approval

REWRITES: Final = 20
PAUSE_SECONDS: Final = 0.5


class NothingToChange(DomainError):
    """The city keeps this already."""

    code = "nothing_to_change"

    def __str__(self) -> str:
        return f"{self.details.get('code')} keeps {self.details.get('personal_data')!r} already"


class SomethingRemains(DomainError):
    """Rows were left after the purge: nothing was changed."""

    code = "something_remains"

    def __str__(self) -> str:
        return f"rows were left in {self.details.get('tables')}: nothing was changed"


@dataclass(frozen=True, kw_only=True)
class SwitchPlan:
    """What a change means: which tables are closed or opened, and how many rows go."""

    before: PersonalData
    after: PersonalData
    closes: Mapping[str, int]
    opens: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Switched:
    """What was done, and the proof of it: counts before and after, under one hash."""

    plan: SwitchPlan
    purged: Mapping[str, int]
    proof: str


def plan_switch(*, city: CityLike, after: PersonalData) -> SwitchPlan:
    """Look at what a change would do, and do nothing.

    Raises NothingToChange.
    """
    before = personal_data_of(city.rules)
    if before is after:
        raise NothingToChange(code=city.code, personal_data=str(after))
    with in_city(city):
        closes = _counts(roles.personal_tables(after.closed - before.closed))
    opens = tuple(roles.personal_tables(before.closed - after.closed))
    return SwitchPlan(before=before, after=after, closes=closes, opens=opens)


def switch(*, city: CityLike, after: PersonalData, approval: Approval, now: datetime) -> Switched:
    """Change what a city keeps: purge, count again, close the tables and write all of it down, or nothing.

    The rows are gone from the table files once ``rewrite`` has run; backups keep them until they expire.
    Raises NothingToChange and SomethingRemains.
    """
    plan = plan_switch(city=city, after=after)
    try:
        with transaction.atomic():
            with in_city(city):
                purged = _purge(after.closed - plan.before.closed)
                left = {table: rows for table, rows in _counts(tuple(plan.closes)).items() if rows}
                if left:
                    raise SomethingRemains(tables=", ".join(sorted(left)))
            _write(city, after, approval, now)
            proof = _proof(city, plan, purged, now)
            with in_city(city):
                booking_data.record(
                    city=city, personal_data=after, approval=approval, now=now, purged=purged, proof=proof
                )
    finally:
        connection.set_schema_to_public()  # type: ignore[attr-defined]
    directory.tell_everybody()
    with in_city(directory.operators()):
        booking_data.record(city=city, personal_data=after, approval=approval, now=now, proof=proof)
    return Switched(plan=plan, purged=purged, proof=proof)


def rewrite(*, city: CityLike, tables: Mapping[str, int]) -> Mapping[str, int]:
    """Write the purged tables anew, so that no row that went is left in their files; tell their sizes.

    An old transaction anywhere in the database keeps what it might still see: it is waited for a while.
    """
    connection.set_schema_to_public()  # type: ignore[attr-defined]
    sizes: dict[str, int] = {}
    for _attempt in range(REWRITES):
        with connection.cursor() as cursor:
            for table in tables:
                sizes[table] = _rewritten(cursor, sql.Identifier(city.schema_name, table))
        if not any(sizes.values()):
            break
        time.sleep(PAUSE_SECONDS)
    return sizes


def _rewritten(cursor: Any, named: sql.Identifier) -> int:
    text = named.as_string(connection.connection)
    cursor.execute(f"VACUUM (FULL, ANALYZE) {text}")
    cursor.execute("SELECT pg_relation_size(%s::regclass)", [text])
    return int(cursor.fetchone()[0])


def _write(city: CityLike, after: PersonalData, approval: Approval, now: datetime) -> None:
    connection.set_schema_to_public()  # type: ignore[attr-defined]
    booking_data.choose(city=city, personal_data=after, approval=approval, now=now)


def _purge(kinds: frozenset[str]) -> Mapping[str, int]:
    """Let every room that keeps such data empty it, and count the rows."""
    purged: dict[str, int] = {}
    for plugin, declared in roles.personal_data(kinds):
        name = declared.table or f"{plugin}:{declared.kind}"
        purged[name] = purged.get(name, 0) + declared.purge()
    return purged


def _counts(tables: "tuple[str, ...] | list[str]") -> dict[str, int]:
    counted = {}
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table)))
            counted[table] = int(cursor.fetchone()[0])
    return counted


def _proof(city: CityLike, plan: SwitchPlan, purged: Mapping[str, int], now: datetime) -> str:
    """Hash what was counted, so that nobody changes the figures afterwards."""
    facts = {
        "city": str(city.uuid),
        "at": now.isoformat(),
        "before": str(plan.before),
        "after": str(plan.after),
        "rows_before": dict(plan.closes),
        "purged": dict(purged),
        "rows_after": dict.fromkeys(plan.closes, 0),
    }
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()
