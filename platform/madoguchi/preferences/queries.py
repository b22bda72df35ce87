"""Read what a city chose: public API of this room, together with services."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from typing import Any, TypeVar

from django.utils.functional import Promise

from madoguchi.hooks.settings import SettingsSchema
from madoguchi.preferences import schemas
from madoguchi.preferences.models import Preference, PreferenceChange

T = TypeVar("T")
SHOWN_CHANGES = 30


@dataclass(frozen=True, kw_only=True)
class Line:
    """The settings of one plugin in the list."""

    plugin: str
    label: str | Promise
    names: tuple[str, ...]
    changed: int
    changed_at: datetime | None
    changed_by: str
    hits: tuple["Choice", ...] = ()
    """The settings that a search found here."""


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One setting as the city has it."""

    name: str
    label: str
    help: str
    value: str
    default: str
    is_changed: bool


@dataclass(frozen=True, kw_only=True)
class Change:
    """One change in the history of a plugin's settings, field by field in words."""

    id: int
    changed_at: datetime
    changed_by: str
    parts: tuple[tuple[str, str, str], ...]


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


def choices(*, plugin: str) -> Sequence[Choice]:
    """List the settings of a plugin with what the city has and what it would have by itself.

    Raises UnknownSettings.
    """
    declared = schemas.find(plugin)
    now = values(plugin=plugin)
    defaults = {each.name: each.default for each in fields(declared.schema)}
    return [
        Choice(
            name=name,
            label=str(setting.label),
            help=str(setting.help),
            value=schemas.in_words(setting, now[name]),
            default=schemas.in_words(setting, defaults[name]),
            is_changed=now[name] != defaults[name],
        )
        for name, setting in declared.settings.items()
    ]


def history(*, plugin: str) -> Sequence[Change]:
    """List the newest changes of a plugin's settings in words.

    Raises UnknownSettings.
    """
    declared = schemas.find(plugin)
    return [_told(declared, row) for row in PreferenceChange.objects.filter(plugin=plugin)[:SHOWN_CHANGES]]


def version(*, plugin: str) -> str:
    """Name the newest change of a plugin's settings, so that a page knows when it is out of date."""
    return str(PreferenceChange.objects.filter(plugin=plugin).values_list("id", flat=True).first() or "")


def found(*, words: str) -> Sequence[Line]:
    """List the plugins of which a setting or its explanation holds every word."""
    wanted = unicodedata.normalize("NFKC", words).lower().split()
    lines_found = []
    for line in lines():
        hits = tuple(each for each in choices(plugin=line.plugin) if _holds(line, each, wanted))
        if hits:
            lines_found.append(replace(line, hits=hits))
    return lines_found


def _holds(line: Line, choice: Choice, wanted: Sequence[str]) -> bool:
    parts = (str(line.label), choice.label, choice.help, choice.value)
    text = unicodedata.normalize("NFKC", " ".join(parts)).lower()
    return all(word in text for word in wanted)


def _told(declared: SettingsSchema, row: PreferenceChange) -> Change:
    defaults = {each.name: each.default for each in fields(declared.schema)}
    before = {**defaults, **schemas.usable(declared, row.before)}
    after = {**defaults, **schemas.usable(declared, row.after)}
    parts = tuple(
        (
            str(setting.label),
            schemas.in_words(setting, before[name]),
            schemas.in_words(setting, after[name]),
        )
        for name, setting in declared.settings.items()
        if before[name] != after[name]
    )
    return Change(id=row.id, changed_at=row.changed_at, changed_by=row.changed_by, parts=parts)


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
