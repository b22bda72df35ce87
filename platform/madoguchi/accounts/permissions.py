from collections.abc import Iterable

from madoguchi.hooks.registry import plugins
from madoguchi.hooks.values import MaskableColumn, Permission


class UnknownPermission(LookupError):
    """A permission was named that nobody declared: a mistake in the code."""


def declared() -> tuple[Permission, ...]:
    """Return every permission that the core and the installed plugins declare."""
    return plugins.declared("permissions")


def ensure_declared(name: str) -> None:
    """Raise UnknownPermission when nobody declared this name."""
    if all(permission.name != name for permission in declared()):
        raise UnknownPermission(name)


def names_for(role_key: str) -> tuple[str, ...]:
    """Name the permissions that are declared for a built-in role."""
    return tuple(permission.name for permission in declared() if role_key in permission.roles)


def columns() -> tuple[MaskableColumn, ...]:
    """Return every column that a role may keep back."""
    return plugins.declared("maskable_columns")


def functions() -> dict[str, list[Permission]]:
    """Set out the permissions of this world by the function to which they belong, in order of declaration."""
    found: dict[str, list[Permission]] = {}
    for permission in declared():
        found.setdefault(str(permission.function or permission.label), []).append(permission)
    return found


def with_views(names: Iterable[str]) -> frozenset[str]:
    """Add to permissions that change something those that show it: nobody changes what they cannot see."""
    wanted = set(names)
    for lines in functions().values():
        if any(each.name in wanted and each.access == "edit" for each in lines):
            wanted |= {each.name for each in lines if each.access == "view"}
    return frozenset(wanted)
