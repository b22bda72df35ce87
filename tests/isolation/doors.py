"""Every address that the site answers, read from the URL resolvers and never from a list by hand."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any
from uuid import UUID

from django.conf import settings
from django.urls import URLResolver
from django.utils.regex_helper import normalize

from madoguchi.web.access import Access

SAMPLES = {"uuid": str(UUID(int=4711)), "int": "1", "slug": "sample", "str": "sample", "path": "sample"}


@dataclass(frozen=True)
class Door:
    """One address with its parameters, and what its view says about who may use it."""

    zone: str
    template: str
    parameters: tuple[str, ...]
    samples: Mapping[str, str]
    access: Access | None
    name: str

    def __str__(self) -> str:
        return f"{self.zone} {self.template}"

    @property
    def is_cms(self) -> bool:
        """Tell whether the door is one of Wagtail's editor."""
        return self.zone == "staff" and self.template.startswith("/cms/")

    def address(self, keys: Mapping[str, str]) -> str:
        """Write the address with these values; what nobody knows becomes a sample."""
        values = {name: self.value(name, keys) or self.samples[name] for name in self.parameters}
        return self.template % values

    def value(self, name: str, keys: Mapping[str, str]) -> str | None:
        """Find a value, first under the folders of the address, then under the bare name."""
        folders = [part for part in self.template.split("/") if part and "%" not in part]
        for depth in range(min(4, len(folders)), 0, -1):
            found = keys.get(".".join([*folders[:depth], name]))
            if found is not None:
                return found
        return keys.get(name)

    def is_known(self, keys: Mapping[str, str]) -> bool:
        """Tell whether every parameter has a value that is really there."""
        return all(self.value(name, keys) is not None for name in self.parameters)


def doors(zone: str) -> list[Door]:
    """List the doors of a zone, each address once."""
    found = _below(import_module(settings.MADOGUCHI["URLCONFS"][zone]).urlpatterns, zone, "/", {})
    first: dict[str, Door] = {}
    for door in found:
        first.setdefault(door.template, door)
    return list(first.values())


def _below(patterns: list[Any], zone: str, prefix: str, samples: dict[str, str]) -> Iterator[Door]:
    for pattern in patterns:
        template, own = _template(pattern.pattern)
        known = {**samples, **own}
        if isinstance(pattern, URLResolver):
            yield from _below(pattern.url_patterns, zone, prefix + template, known)
            continue
        access = getattr(pattern.callback, "access", None)
        yield Door(
            zone=zone,
            template=prefix + template,
            parameters=tuple(known),
            samples=known,
            access=access if isinstance(access, Access) else None,
            name=str(pattern.name or pattern.callback.__qualname__),
        )


def _template(pattern: Any) -> tuple[str, dict[str, str]]:
    """Write a pattern with %(name)s in place of its parameters, and a sample for each."""
    if hasattr(pattern, "_route"):
        route = str(pattern).replace("%", "%%")
        samples = {}
        for name, converter in pattern.converters.items():
            kind = type(converter).__name__.removesuffix("Converter").lower()
            kind = {"string": "str"}.get(kind, kind)
            route = route.replace(f"<{kind}:{name}>", f"%({name})s").replace(f"<{name}>", f"%({name})s")
            samples[name] = SAMPLES.get(kind, "sample")
        return route, samples
    if not hasattr(pattern, "_regex"):  # the prefix of a language: none for Japanese
        return "", {}
    template, names = normalize(pattern._regex)[-1]
    positional = {name: "" for name in names if name.startswith("_")}
    named = {name: SAMPLES["int"] for name in names if not name.startswith("_")}
    return template, {**positional, **named}
