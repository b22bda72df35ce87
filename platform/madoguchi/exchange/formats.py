"""The file formats that the active plugins of this city take in."""

from madoguchi.errors import NotFound
from madoguchi.hooks.registry import plugins
from madoguchi.hooks.values import ImportFormat


class UnknownFormat(NotFound):
    """No active plugin takes in files of this format."""

    code = "unknown_format"


def active_formats() -> tuple[ImportFormat, ...]:
    """List the formats of the plugins that are on in this city."""
    declared = plugins.declared_by("import_formats")
    return tuple(value for plugin, value in declared if plugins.is_active(plugin))


def find_format(*, name: str) -> ImportFormat:
    """Find a format by its name.

    Raises UnknownFormat when no active plugin has it.
    """
    for candidate in active_formats():
        if candidate.name == name:
            return candidate
    raise UnknownFormat(format=name)
