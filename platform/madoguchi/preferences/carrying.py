"""Carry what a city chose to another city: all but what belongs to one city alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madoguchi.errors import Invalid
from madoguchi.ledger.audit.actors import Actor
from madoguchi.preferences import queries, schemas, services

FORMAT = "madoguchi.settings/1"


class NotSettings(Invalid):
    """The file is not one that settings were written to."""

    code = "not_settings"
    message = _("設定のファイルではありません。")


@dataclass(frozen=True, kw_only=True)
class Carried:
    """What became of one plugin's settings."""

    plugin: str
    changes: Sequence[tuple[str, str, str]]
    left: Sequence[str]
    """Fields that do not fit here, or belong to the other city alone."""


def write(*, city: str) -> dict[str, Any]:
    """Write what the current city chose of every plugin that is on."""
    chosen = {}
    for plugin, declared in schemas.of_this_city().items():
        values = queries.values(plugin=plugin)
        defaults = {each.name: each.default for each in fields(declared.schema)}
        chosen[plugin] = {
            name: values[name]
            for name, setting in declared.settings.items()
            if not setting.stays_behind and values[name] != defaults[name]
        }
    return {"format": FORMAT, "city": city, "chosen": chosen}


def take(*, content: Mapping[str, Any], actor: Actor, now: datetime) -> Sequence[Carried]:
    """Choose in the current city what another one chose; what is not in the file has its default.

    Plugins that are off here are left out. Raises NotSettings with nothing changed.
    """
    chosen = content.get("chosen") if content.get("format") == FORMAT else None
    if not isinstance(chosen, dict) or not all(isinstance(each, dict) for each in chosen.values()):
        raise NotSettings
    with transaction.atomic():
        known = schemas.of_this_city()
        return [_take(plugin, chosen[plugin], actor, now) for plugin in known if plugin in chosen]


def _take(plugin: str, stored: Mapping[str, Any], actor: Actor, now: datetime) -> Carried:
    declared = schemas.find(plugin)
    settings = declared.settings
    before = queries.values(plugin=plugin)
    defaults = {each.name: each.default for each in fields(declared.schema)}
    carried = {name: value for name, value in stored.items() if _is_carried(settings, name)}
    wanted = {**defaults, **schemas.usable(declared, carried)}
    after = {name: before[name] if settings[name].stays_behind else wanted[name] for name in settings}
    services.change(plugin=plugin, values=after, actor=actor, now=now)
    changes = [
        (str(setting.label), schemas.in_words(setting, before[name]), schemas.in_words(setting, after[name]))
        for name, setting in settings.items()
        if before[name] != after[name]
    ]
    left = [name for name, value in stored.items() if name not in after or after[name] != _read(value)]
    return Carried(plugin=plugin, changes=changes, left=left)


def _is_carried(settings: Mapping[str, Any], name: str) -> bool:
    return name in settings and not settings[name].stays_behind


def _read(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
