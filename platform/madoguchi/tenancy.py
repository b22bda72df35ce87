"""The city in whose name code runs, and the only way into it.

madoguchi does not know who keeps the list of cities: a directory named by
``settings.MADOGUCHI["DIRECTORY"]`` answers, and a city is whatever fits the protocol.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Protocol
from uuid import UUID

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction
from django.utils.module_loading import import_string

from madoguchi.errors import NotFound
from madoguchi.outages import Outage


class City(Protocol):
    """A municipality, or the world of our operators, seen from the foundation."""

    @property
    def uuid(self) -> UUID: ...
    @property
    def code(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def name_kana(self) -> str: ...
    @property
    def name_en(self) -> str: ...
    @property
    def prefecture(self) -> str: ...
    @property
    def schema_name(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def active_plugins(self) -> frozenset[str]: ...
    @property
    def brand(self) -> Mapping[str, str]: ...
    @property
    def rules(self) -> Mapping[str, Any]: ...
    @property
    def resident_url(self) -> str: ...
    @property
    def staff_url(self) -> str: ...
    @property
    def planned_outages(self) -> tuple[Outage, ...]: ...


class Host(Protocol):
    """A host name, the world it opens and the zone it belongs to."""

    name: str
    zone: str
    city: "City | None"


class Directory(Protocol):
    """Whoever knows which cities exist."""

    def host(self, name: str) -> Host | None: ...
    def by_schema(self, schema_name: str) -> City | None: ...
    def by_code(self, code: str) -> City | None: ...
    def all(self) -> Iterator[City]: ...
    def operators(self) -> City: ...


class NoCity(RuntimeError):
    """Code that belongs to a city ran outside any city: a defect, never a person's mistake."""


class CityNotFound(NotFound):
    """No city has this code or schema."""

    code = "city_not_found"


def directory() -> Directory:
    """Find the directory of cities that this installation uses."""
    found: Directory = import_string(settings.MADOGUCHI["DIRECTORY"])
    return found


def current_city() -> City:
    """Name the city in which this code runs.

    Raises NoCity outside one.
    """
    # Not by the proxy named connection: it looks this thread's connection up twice.
    tenant: City = connections[DEFAULT_DB_ALIAS].tenant
    if getattr(tenant, "uuid", None) is None:
        raise NoCity("no city is set here: enter one through in_city(city)")
    return tenant


def is_in_city() -> bool:
    """Tell whether this code runs in a city."""
    return getattr(connections[DEFAULT_DB_ALIAS].tenant, "uuid", None) is not None


def find_city(*, schema_name: str = "", code: str = "") -> City:
    """Find a city by its schema or its local government code.

    Raises CityNotFound when there is none.
    """
    found = directory().by_schema(schema_name) if schema_name else directory().by_code(code)
    if found is None:
        raise CityNotFound(schema_name=schema_name, code=code)
    return found


def each_city() -> Iterator[City]:
    """List the cities that are open for work, operators not included."""
    return directory().all()


def is_operators(city: City) -> bool:
    """Tell whether this is the world of our operators rather than a municipality."""
    return city.schema_name == directory().operators().schema_name


@contextmanager
def in_city(city: City, *, rollback: bool = False) -> Iterator[City]:
    """Enter a city: one transaction bound to its role and schema, committed at the end.

    Entering the same city again is a savepoint; entering another city inside one raises
    StrictTenancyError from the database backend. With ``rollback`` nothing is kept.
    """
    backend = connections[DEFAULT_DB_ALIAS]
    previous = backend.tenant
    if backend.in_atomic_block and is_in_city() and previous.schema_name == city.schema_name:
        with transaction.atomic():
            yield city
            if rollback:
                transaction.set_rollback(True)
        return
    backend.set_tenant(city)
    try:
        with transaction.atomic():
            yield city
            if rollback:
                transaction.set_rollback(True)
    finally:
        # By its name: a lost connection may have been replaced meanwhile.
        connection.set_tenant(previous)
