from collections.abc import Iterable

from madoguchi.hooks import rights
from madoguchi.hooks.registry import NobodyAnswers, plugins
from madoguchi.hooks.values import MaskableColumn, Permission, WorkPlace


class UnknownPermission(LookupError):
    """A permission was named that nobody declared: a mistake in the code."""


def declared() -> tuple[Permission, ...]:
    """Return every permission that the core and the installed plugins declare."""
    return tuple(permission for _owner, permission in rights.declared_permissions())


def ensure_declared(name: str) -> None:
    """Raise UnknownPermission when nobody declared this name."""
    if not rights.is_declared(name):
        raise UnknownPermission(name)


def names_for(role_key: str) -> tuple[str, ...]:
    """Name the permissions that are declared for a built-in role."""
    return tuple(permission.name for permission in declared() if role_key in permission.roles)


def columns() -> tuple[MaskableColumn, ...]:
    """Return every column that a role may keep back."""
    return tuple(column for _owner, column in rights.declared_columns())


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


def work_places() -> tuple[WorkPlace, ...]:
    """List the places for which somebody can be responsible; none in our operators' world."""
    try:
        found: tuple[WorkPlace, ...] = plugins.ask("work_places")
    except NobodyAnswers:
        return ()
    return found
