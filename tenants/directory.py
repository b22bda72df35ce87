"""The directory of cities: read from the public schema, kept in the process for some seconds.

It reads on a short connection of its own, because a city's role has no right to the public schema.
"""

import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from threading import Lock
from time import monotonic
from typing import Any
from uuid import UUID

import psycopg
from django.conf import settings
from django.db import connections
from psycopg.rows import dict_row

from madoguchi.hooks.contracts.bookings import KEPT_FOR_BOOKINGS, PersonalData, PersonalDataChoice
from madoguchi.outages import Outage
from madoguchi.standing import standing
from madoguchi.tenancy import City
from tenants.freshness import Freshness
from tenants.rules.hosts import operators_host

logger = logging.getLogger(__name__)

FRESH_SECONDS = 30.0
RETRY_SECONDS = 2.0
OPERATORS_UUID = UUID("00000000-0000-4000-8000-000000000000")

CITIES = """
SELECT city.uuid, code, slug, name, name_kana, name_en, prefecture, schema_name, state, brand,
       coalesce((SELECT array_agg(plugin) FROM tenants_pluginswitch AS switch
                 WHERE switch.city_id = city.uuid AND is_on), '{}') AS plugins,
       coalesce((SELECT rules FROM tenants_contract AS contract
                 WHERE contract.city_id = city.uuid), '{}') AS rules
  FROM tenants_city AS city ORDER BY code
"""
# What is refused, called off or over is no outage any more.
OUTAGES = """
SELECT of_city.city_id, outage.uuid AS id, starts_at, ends_at, told_from, reasons, opens_by_itself,
       pass_digest
  FROM tenants_outageofcity AS of_city JOIN tenants_plannedoutage AS outage ON outage.uuid = outage_id
 WHERE consent IN ('not_needed', 'given') AND cancelled_at IS NULL AND reopened_at IS NULL
   AND NOT (opens_by_itself AND ends_at < now())
 ORDER BY starts_at
"""
BOOKING_DATA = """
SELECT city_id, personal_data, reason, requested_by_name, approved_by_name, chosen_at
  FROM tenants_bookingdatachoice ORDER BY chosen_at
"""
DOMAINS = "SELECT domain, tenant_id, zone, is_primary FROM tenants_domain"


@dataclass(frozen=True, kw_only=True)
class CityRecord:
    """A city as the process remembers it."""

    uuid: UUID
    code: str
    slug: str
    name: str
    name_kana: str
    name_en: str
    prefecture: str
    schema_name: str
    state: str
    active_plugins: frozenset[str] = frozenset()
    brand: Mapping[str, str] = field(default_factory=dict)
    rules: Mapping[str, Any] = field(default_factory=dict)
    resident_url: str = ""
    staff_url: str = ""
    planned_outages: tuple[Outage, ...] = ()

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class HostRecord:
    """A host name, its zone and its world."""

    name: str
    zone: str
    city: City | None


@dataclass(frozen=True)
class Snapshot:
    """Everything the directory knows, read at one moment."""

    read_at: float
    cities: tuple[CityRecord, ...]
    hosts: Mapping[str, HostRecord]


class PublicDirectory:
    """The directory over the tables of this package."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._snapshot: Snapshot | None = None
        self._freshness = Freshness()
        self._is_outdated = False

    def host(self, name: str) -> HostRecord | None:
        """Find what a host name opens: a city's zone, the operators' world or a page of the platform."""
        return self._fresh().hosts.get(name)

    def by_schema(self, schema_name: str) -> City | None:
        """Find a world by its schema."""
        if schema_name == settings.MADOGUCHI["OPERATORS_SCHEMA"]:
            return self.operators()
        return next((city for city in self._fresh().cities if city.schema_name == schema_name), None)

    def by_code(self, code: str) -> City | None:
        """Find a city by its local government code."""
        return next((city for city in self._fresh().cities if city.code == code), None)

    def all(self) -> Iterator[City]:
        """List the cities for which work is done now."""
        return (city for city in self._fresh().cities if standing(city.state).works)

    def operators(self) -> City:
        """Name the world of our own operators."""
        return CityRecord(
            uuid=OPERATORS_UUID,
            code="000000",
            slug="operators",
            name="運用者",
            name_kana="ウンヨウシャ",
            name_en="Operators",
            prefecture="",
            schema_name=settings.MADOGUCHI["OPERATORS_SCHEMA"],
            state="active",
            brand={"hue": "blue", "mark": "wave"},
            staff_url=_url(_operators_host()),
        )

    def forget(self) -> None:
        """Read the cities anew at the next question."""
        self._snapshot = None

    def tell_everybody(self) -> None:
        """Let every process read the cities anew within about a second; call it after the commit."""
        self.forget()
        self._freshness.tell()

    def _fresh(self) -> Snapshot:
        known = self._snapshot
        if known is not None and self._is_fresh(known):
            return known
        # One thread reads; the others go on with what is known.
        if not self._lock.acquire(blocking=known is None):
            assert known is not None
            return known
        try:
            if self._is_outdated or self._snapshot is known or self._snapshot is None:
                # Before the reading, not after it: what changes meanwhile has to be read once more.
                self._is_outdated = False
                self._snapshot = self._read_or_keep(known)
            return self._snapshot
        finally:
            self._lock.release()

    def _is_fresh(self, known: Snapshot) -> bool:
        if self._freshness.has_changed():
            self._is_outdated = True
        return monotonic() - known.read_at < FRESH_SECONDS and not self._is_outdated

    def _read_or_keep(self, known: Snapshot | None) -> Snapshot:
        """Read the cities; while the database restarts, what was known a moment ago stays true."""
        try:
            return self._read()
        except psycopg.OperationalError:
            if known is None:
                raise
            logger.warning("the list of cities could not be read anew")
            return replace(known, read_at=monotonic() - FRESH_SECONDS + RETRY_SECONDS)

    def _read(self) -> Snapshot:
        wrapper = connections["default"]
        parameters = {
            key: value for key, value in wrapper.get_connection_params().items() if key in CONNECTION_KEYS
        }
        with psycopg.connect(**parameters, row_factory=dict_row) as connection:
            cities = connection.execute(CITIES).fetchall()
            domains = connection.execute(DOMAINS).fetchall()
            outages = connection.execute(OUTAGES).fetchall()
            choices = _by_city(connection.execute(BOOKING_DATA).fetchall())
        primary = {
            (row["tenant_id"], row["zone"]): _url(row["domain"]) for row in domains if row["is_primary"]
        }
        planned: dict[UUID, list[Outage]] = {}
        for row in outages:
            planned.setdefault(row.pop("city_id"), []).append(Outage(**row))
        for row in cities:
            row["rules"] = {**row["rules"], KEPT_FOR_BOOKINGS: choices.get(row["uuid"], ())}
        records = {row["uuid"]: _record(row, primary, planned.get(row["uuid"], ())) for row in cities}
        hosts = {
            row["domain"]: HostRecord(row["domain"], row["zone"], records[row["tenant_id"]])
            for row in domains
        }
        return Snapshot(monotonic(), tuple(records.values()), {**hosts, **self._platform_hosts()})

    def _platform_hosts(self) -> dict[str, HostRecord]:
        base = settings.MADOGUCHI["BASE_HOST"]
        hosts = {_operators_host(): HostRecord(_operators_host(), "operators", self.operators())}
        for label, zone in settings.MADOGUCHI["PLATFORM_HOSTS"].items():
            name = f"{label}.{base}" if label else base
            hosts[name] = HostRecord(name, zone, None)
        return hosts


CONNECTION_KEYS = (
    *("host", "port", "user", "password", "dbname", "connect_timeout", "target_session_attrs"),
    *("sslmode", "sslrootcert", "sslcert", "sslkey"),
)


def _operators_host() -> str:
    return operators_host(staff_base=settings.MADOGUCHI["STAFF_BASE_HOST"])


def _url(domain: str) -> str:
    return f"{settings.MADOGUCHI['SCHEME']}://{domain}{settings.MADOGUCHI['PORT_SUFFIX']}"


def _by_city(rows: Iterable[Mapping[str, Any]]) -> Mapping[UUID, tuple[PersonalDataChoice, ...]]:
    found: dict[UUID, tuple[PersonalDataChoice, ...]] = {}
    for row in rows:
        choice = PersonalDataChoice(
            personal_data=PersonalData(row["personal_data"]),
            chosen_at=row["chosen_at"],
            requested_by=row["requested_by_name"],
            approved_by=row["approved_by_name"],
            reason=row["reason"],
        )
        found[row["city_id"]] = (*found.get(row["city_id"], ()), choice)
    return found


def _record(
    row: Mapping[str, Any], primary: Mapping[tuple[UUID, str], str], outages: Iterable[Outage]
) -> CityRecord:
    known = {key: row[key] for key in CITY_KEYS}
    return CityRecord(
        **known,
        active_plugins=frozenset(row["plugins"]).difference(settings.MADOGUCHI["LEFT_OUT_PLUGINS"]),
        resident_url=primary.get((row["uuid"], "resident"), ""),
        staff_url=primary.get((row["uuid"], "staff"), ""),
        planned_outages=tuple(outages),
    )


CITY_KEYS = (
    "uuid",
    "code",
    "slug",
    "name",
    "name_kana",
    "name_en",
    "prefecture",
    "schema_name",
    "state",
    "brand",
    "rules",
)

directory = PublicDirectory()
