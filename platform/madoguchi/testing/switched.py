"""A city in which a plugin is off, as the whole platform sees it: through the directory."""

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
    """The directory of this installation, but for the plugins that a test has taken out."""

    real: str = ""
    off: frozenset[str] = field(default_factory=frozenset)

    def host(self, name: str) -> Host | None:
        """Find a host, its city without the plugins."""
        found = self._directory().host(name)
        return replace(found, city=self._without(found.city)) if found and found.city else found  # type: ignore[type-var]

    def by_schema(self, schema_name: str) -> City | None:
        """Find a city by its schema, without the plugins."""
        return self._without(self._directory().by_schema(schema_name))

    def by_code(self, code: str) -> City | None:
        """Find a city by its code, without the plugins."""
        return self._without(self._directory().by_code(code))

    def all(self) -> Iterator[City]:
        """List the cities, without the plugins."""
        return (city for city in map(self._without, self._directory().all()) if city)

    def operators(self) -> City:
        """Name the world of our operators."""
        return self._directory().operators()

    def _directory(self) -> Directory:
        found: Directory = import_string(self.real)
        return found

    def _without(self, city: Any) -> Any:
        return replace(city, active_plugins=city.active_plugins - self.off) if city else None


substitute = Substitute()


@contextmanager
def switched_off(plugin: str) -> Iterator[City]:
    """Take a plugin out of every city while the block runs, in requests and in the test itself."""
    here = current_city()
    substitute.real, substitute.off = settings.MADOGUCHI["DIRECTORY"], frozenset({plugin})
    rerouted = {**settings.MADOGUCHI, "DIRECTORY": f"{__name__}.substitute"}
    with override_settings(MADOGUCHI=rerouted):
        city = substitute.by_code(here.code)
        assert city is not None
        connection.set_tenant(city)
        try:
            yield city
        finally:
            connection.set_tenant(here)
