"""Which plugins have settings, and the way from what is stored to what the code reads."""

import re
from collections.abc import Mapping
from typing import Any

from madoguchi.errors import NotFound
from madoguchi.hooks.registry import plugins
from madoguchi.hooks.settings import Setting, SettingsSchema

# A line break in the name of a sender would end the header of a mail.
CONTROL = re.compile(r"[\x00-\x1f\x7f]")


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
    return {
        name: value
        for name, value in stored.items()
        if name in settings and type(value) is types[name] and fits(settings[name], value)
    }


def fits(setting: Setting, value: Any) -> bool:
    """Tell whether a value lies within the bounds of its field."""
    if isinstance(value, bool):
        return True
    if isinstance(value, str) and CONTROL.search(value):
        return False
    size = value if isinstance(value, int) else len(value)
    lowest = setting.minimum if setting.minimum is not None and isinstance(value, int) else size
    highest = setting.maximum if setting.maximum is not None else size
    return lowest <= size <= highest
