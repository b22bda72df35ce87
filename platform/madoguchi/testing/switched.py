"""A city in which a plugin is on or off, as the whole platform sees it: through the directory."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from django.conf import settings
from django.db import connection
from django.test import override_settings
from django.utils.module_loading import import_string

from madoguchi.tenancy import City, Directory, Host, current_city


@dataclass
class Substitute:
    """The directory of this installation, but for the plugins that a test switched."""

    real: str = ""
    on: frozenset[str] = field(default_factory=frozenset)
    off: frozenset[str] = field(default_factory=frozenset)

    def host(self, name: str) -> Host | None:
        """Find a host, its city switched."""
        found = self._directory().host(name)
        return replace(found, city=self._switched(found.city)) if found and found.city else found  # type: ignore[type-var]

    def by_schema(self, schema_name: str) -> City | None:
        """Find a city by its schema, switched."""
        return self._switched(self._directory().by_schema(schema_name))

    def by_code(self, code: str) -> City | None:
        """Find a city by its code, switched."""
        return self._switched(self._directory().by_code(code))

    def all(self) -> Iterator[City]:
        """List the cities, switched."""
        return (city for city in map(self._switched, self._directory().all()) if city)

    def operators(self) -> City:
        """Name the world of our operators."""
        return self._directory().operators()

    def _directory(self) -> Directory:
        found: Directory = import_string(self.real)
        return found

    def _switched(self, city: Any) -> Any:
        return replace(city, active_plugins=(city.active_plugins | self.on) - self.off) if city else None


substitute = Substitute()


@contextmanager
def switched_on(plugin: str) -> Iterator[City]:
    """Give every city a plugin while the block runs, in requests and in the test itself."""
    with _rerouted(on=substitute.on | {plugin}, off=substitute.off - {plugin}) as city:
        yield city


@contextmanager
def switched_off(plugin: str) -> Iterator[City]:
    """Take a plugin out of every city while the block runs, in requests and in the test itself."""
    with _rerouted(on=substitute.on - {plugin}, off=substitute.off | {plugin}) as city:
        yield city


@contextmanager
def _rerouted(*, on: frozenset[str], off: frozenset[str]) -> Iterator[City]:
    here = current_city()
    before = (substitute.on, substitute.off)
    ours = f"{__name__}.substitute"
    if settings.MADOGUCHI["DIRECTORY"] != ours:
        substitute.real = settings.MADOGUCHI["DIRECTORY"]
    substitute.on, substitute.off = on, off
    try:
        with override_settings(MADOGUCHI={**settings.MADOGUCHI, "DIRECTORY": ours}):
            city = substitute.by_code(here.code)
            assert city is not None
            connection.set_tenant(city)
            yield city
    finally:
        substitute.on, substitute.off = before
        connection.set_tenant(here)
