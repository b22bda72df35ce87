"""The schema of the machine API, city by city."""

from typing import Any

from madoguchi.hooks.registry import plugins


def without_plugins_that_are_off(
    endpoints: list[tuple[str, str, str, Any]],
) -> list[tuple[str, str, str, Any]]:
    """Leave out the endpoints of plugins that this city has not switched on."""
    return [endpoint for endpoint in endpoints if _is_open(endpoint[3])]


def _is_open(view: Any) -> bool:
    owner = plugins.owner_of(getattr(view, "cls", view).__module__)
    return not owner or plugins.is_active(owner)
