"""Erase a city for good: rows, role, files, journal and keys, in an order that can be taken up again."""

import shutil
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.cache import cache
from django.db import InternalError, connection, connections, transaction
from psycopg import sql

from madoguchi import clock
from madoguchi.approvals import services as approvals
from madoguchi.database.base import role_of
from madoguchi.errors import DomainError
from madoguchi.ledger import vault
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import Actor
from madoguchi.tenancy import in_city
from tenants.backup import files, manifest
from tenants.directory import directory
from tenants.models import City, CityErasure
from tenants.offboarding.asking import ensure_closed
from tenants.offboarding.certificate import set_certificate
from tenants.offboarding.declarations import ERASE_CITY, ERASED, OBJECT

TABLES = """
SELECT relname FROM pg_class
 WHERE relnamespace = %(schema)s::regnamespace AND relkind = 'r' ORDER BY relname
"""

RIGHTS = """
SELECT 1 FROM pg_shdepend AS rights JOIN pg_database AS own ON own.oid = rights.dbid
 WHERE own.datname = current_database() AND rights.refclassid = 'pg_authid'::regclass
   AND rights.refobjid = (SELECT oid FROM pg_roles WHERE rolname = %s)
"""


class BackupsOver(DomainError):
    """The day on which the last backup runs out lies in the past."""

    code = "backups_over"

    def __str__(self) -> str:
        return "name the day on which the last backup that holds this city is deleted: today or later"


class OtherCity(DomainError):
    """The set that was given back belongs to another city."""

    code = "returned_other_city"

    def __str__(self) -> str:
        return "this backup set is not of that city: nothing was erased"


@dataclass(frozen=True, kw_only=True)
class End:
    """What whoever runs the erasing says of it."""

    code: str
    backups_until: date
    returned: Path | None
    """The backup set that the city took back; None when the city wanted nothing."""
    actor: Actor


def erase_city(*, end: End, now: datetime) -> CityErasure:
    """Erase a closed city whose end two operators agreed on, and certify it; a second run goes on.

    Raises NotClosed, NotApproved, BackupsOver, OtherCity and BrokenBackup, with nothing erased.
    """
    begun = CityErasure.objects.filter(code=end.code, finished_at=None).first()
    row = begun or _begin(end, now=now)
    directory.tell_everybody()
    return _finish(row, actor=end.actor, now=now)


def _begin(end: End, *, now: datetime) -> CityErasure:
    if end.backups_until < clock.local(now).date():
        raise BackupsOver
    city = ensure_closed(end.code)
    digest = _digest_of(end, city)
    with in_city(directory.operators()):
        # Used up first and by itself: an approval is spent even where the server fails half-way.
        agreed = approvals.use(kind=ERASE_CITY, subject=end.code, actor=end.actor, now=now)
    connections["default"].set_schema_to_public()  # type: ignore[attr-defined]
    with transaction.atomic():
        row = CityErasure(
            city=city.uuid,
            code=city.code,
            name=city.name,
            schema_name=city.schema_name,
            reason=agreed.reason,
            asked_by=agreed.asked_by.name,
            approved_by=agreed.decided_by.name,
            begun_at=now,
            rows=_drop(city.schema_name),
            returned=digest,
            backups_until=end.backups_until,
        )
        row.save(force_insert=True)
        _forget_public(city)
    return row


def _digest_of(end: End, city: City) -> str:
    """Check the set that was given back while the key still opens it."""
    if end.returned is None:
        return ""
    found = manifest.read(end.returned)
    if found.uuid != str(city.uuid):
        raise OtherCity
    return manifest.hash_of(end.returned / manifest.FILE)


def _drop(schema_name: str) -> int:
    schema, role = sql.Identifier(schema_name), sql.Identifier(role_of(schema_name))
    rows = 0
    with connection.cursor() as cursor:
        cursor.execute(TABLES, {"schema": schema_name})
        for (table,) in cursor.fetchall():
            cursor.execute(sql.SQL("SELECT count(*) FROM {}.{}").format(schema, sql.Identifier(table)))
            rows += cursor.fetchone()[0]
        cursor.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(schema))
        # What the role may do elsewhere goes first, as itself: a role with rights cannot be dropped.
        cursor.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(role))
        cursor.execute(sql.SQL("DROP OWNED BY {}").format(role))
    # Roles belong to the whole server: one that another database of it knows stays, without any right here.
    with suppress(InternalError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql.SQL("DROP ROLE {}").format(role))
    return rows


def _forget_public(city: City) -> None:
    """Take the city out of the list of cities, with its hosts, switches, contract and measurements."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM tenants_schemaversion WHERE schema_name = %s", [city.schema_name])
        cursor.execute("DELETE FROM tenants_fleetstep WHERE schema_name = %s", [city.schema_name])
    City.objects.filter(uuid=city.uuid).delete()


def _finish(row: CityErasure, *, actor: Actor, now: datetime) -> CityErasure:
    row.files += _remove(Path(settings.MEDIA_ROOT) / str(row.city))
    row.files += files.erase(row.city)
    row.files += _remove(Path(settings.MADOGUCHI["JOURNAL"]) / str(row.city))
    _forget_cached(row.schema_name)
    # Last of all: from here on no backup of before can be read.
    destroyed = vault.destroy_city_keys(city=row.city, now=now)
    row.keys = [[key.name, key.fingerprint] for key in destroyed.keys] or row.keys
    row.finished_at = now
    row.certificate = set_certificate(row, now=now)
    row.save()
    with in_city(directory.operators()):
        audit.record(
            actor=actor,
            action=ERASED,
            object_type=OBJECT,
            object_ids=[row.code],
            details={
                "rows": row.rows,
                "files": row.files,
                "keys": len(row.keys),
                "backups_until": row.backups_until.isoformat(),
            },
            now=now,
        )
    return row


def _remove(folder: Path) -> int:
    if not folder.is_dir():
        return 0
    count = sum(1 for path in folder.rglob("*") if path.is_file())
    shutil.rmtree(folder)
    return count


def _forget_cached(schema_name: str) -> None:
    """Drop what the cache holds of the city; every key of a city begins with its schema."""
    backend: Any = getattr(cache, "_cache", None)
    if not hasattr(backend, "get_client"):
        return  # what lives in this process ends with it
    client = backend.get_client(write=True)
    for key in client.scan_iter(match=f"*{schema_name}:*", count=1_000):
        client.delete(key)


def leftovers(*, city: UUID, schema_name: str) -> list[str]:
    """Name what is left of an erased city anywhere this process can look; empty is what it should be."""
    found = []
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", [schema_name])
        found += ["schema"] if cursor.fetchone() else []
        cursor.execute(RIGHTS, [role_of(schema_name)])
        found += ["rights of its role"] if cursor.fetchone() else []
    places = {
        "files": Path(settings.MEDIA_ROOT),
        "journal": Path(settings.MADOGUCHI["JOURNAL"]),
        "keys": Path(settings.MADOGUCHI["KEY_STORE"]),
    }
    found += [name for name, folder in places.items() if (folder / str(city)).exists()]
    found += [f"files in the store {alias}" for alias in files.left(city)]
    found += ["list of cities"] if City.objects.filter(uuid=city).exists() else []
    return found
