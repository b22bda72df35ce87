"""Read what a city chose: public API of this room, together with services."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.utils.functional import Promise

from madoguchi.preferences import schemas
from madoguchi.preferences.models import Preference

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Line:
    """The settings of one plugin in the list."""

    plugin: str
    label: str | Promise
    names: tuple[str, ...]
    changed: int
    changed_at: datetime | None
    changed_by: str


def current(schema: type[T]) -> T:
    """Read what this city chose, defaults for the rest, with one query.

    Raises UnknownSettings for a class that no plugin declared.
    """
    plugin, declared = schemas.owner_of(schema)
    stored = Preference.objects.filter(plugin=plugin).values_list("chosen", flat=True).first()
    return schema(**schemas.usable(declared, stored or {}))


def values(*, plugin: str) -> Mapping[str, Any]:
    """Read the settings of a plugin for its form.

    Raises UnknownSettings.
    """
    return asdict(current(schemas.find(plugin).schema))


def lines() -> Sequence[Line]:
    """List the plugins of this city that have settings, and what was changed in them."""
    stored = {each.plugin: each for each in Preference.objects.all()}
    return [_line(plugin, stored.get(plugin)) for plugin in schemas.of_this_city()]


def _line(plugin: str, stored: Preference | None) -> Line:
    declared = schemas.find(plugin)
    return Line(
        plugin=plugin,
        label=declared.label,
        names=tuple(str(setting.label) for setting in declared.settings.values()),
        changed=len(schemas.usable(declared, stored.chosen)) if stored else 0,
        changed_at=stored.changed_at if stored else None,
        changed_by=stored.changed_by if stored else "",
    )
