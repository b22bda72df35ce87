"""Which plugins have settings, and the way from what is stored to what the code reads."""

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from madoguchi.errors import NotFound
from madoguchi.hooks.registry import plugins
from madoguchi.hooks.settings import MANY, Setting, SettingsSchema

# A line break in the name of a sender would end the header of a mail.
CONTROL = re.compile(r"[\x00-\x1f\x7f]")
SEVERAL_LINES = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")
LINES = frozenset({"lines", "networks"})
MOMENTS = {"day": re.compile(r"\d{4}-[01]\d-[0-3]\d"), "time": re.compile(r"[0-2]\d:[0-5]\d")}


class UnknownSettings(NotFound):
    """No plugin that is on in this city has settings under this name."""

    code = "unknown_settings"


def of_this_city() -> dict[str, SettingsSchema]:
    """Map the plugins that are on in this city to their settings, in the order of the page."""
    found = [(name, value) for name, value in declared() if plugins.is_active(name)]
    return dict(sorted(found, key=lambda pair: (pair[1].order, pair[0])))


def find(plugin: str) -> SettingsSchema:
    """Find the settings of a plugin.

    Raises UnknownSettings when it has none or is off.
    """
    try:
        return of_this_city()[plugin]
    except KeyError:
        raise UnknownSettings(plugin=plugin) from None


def owner_of(schema: type[Any]) -> tuple[str, SettingsSchema]:
    """Find the plugin that declared a settings class.

    Raises UnknownSettings.
    """
    for name, value in declared():
        if value.schema is schema:
            return name, value
    raise UnknownSettings(schema=schema.__qualname__)


def declared() -> tuple[tuple[str, SettingsSchema], ...]:
    """List the settings of every installed plugin."""
    return plugins.declared_by("settings_schema")


def usable(schema: SettingsSchema, stored: Mapping[str, Any]) -> dict[str, Any]:
    """Keep what still fits the code: a field that went or changed its bounds has its default again."""
    types, settings = schema.types, schema.settings
    found = {name: read(types[name], value) for name, value in stored.items() if name in settings}
    return {
        name: value
        for name, value in found.items()
        if _is_of(types[name], value) and fits(settings[name], value)
    }


def read(kind: Any, value: Any) -> Any:
    """Read a value as the code has it: JSON knows lists and no tuples."""
    return tuple(value) if kind == MANY and isinstance(value, list) else value


def _is_of(kind: Any, value: Any) -> bool:
    if kind == MANY:
        return isinstance(value, tuple) and all(isinstance(each, str) for each in value)
    return type(value) is kind


def fits(setting: Setting, value: Any) -> bool:
    """Tell whether a value lies within the bounds of its field."""
    if isinstance(value, bool):
        return True
    if setting.choices and not _is_offered(setting, value):
        return False
    if isinstance(value, str) and (SEVERAL_LINES if setting.format in LINES else CONTROL).search(value):
        return False
    if isinstance(value, str) and value and setting.format in MOMENTS:
        return MOMENTS[setting.format].fullmatch(value) is not None
    size = value if isinstance(value, int) else len(value)
    lowest = setting.minimum if setting.minimum is not None and isinstance(value, int) else size
    highest = setting.maximum if setting.maximum is not None else size
    return lowest <= size <= highest


def _is_offered(setting: Setting, value: Any) -> bool:
    offered = {key for key, _label in setting.choices}
    return set(value) <= offered if isinstance(value, tuple) else value in offered


def in_words(setting: Setting, value: Any) -> str:
    """Write a value as people read it on pages and in the audit list."""
    if isinstance(value, bool):
        return str(_("はい") if value else _("いいえ"))
    labels: dict[str, str] = {key: str(label) for key, label in setting.choices}
    if isinstance(value, tuple):
        return "、".join(labels.get(str(each), str(each)) for each in value) or "—"
    return labels.get(value, str(value)) or "—"
