from madoguchi.hooks.registry import plugins
from madoguchi.hooks.values import Permission


class UnknownPermission(LookupError):
    """A permission was named that nobody declared: a mistake in the code."""


def declared() -> tuple[Permission, ...]:
    """return every permission that the core and the installed plugins declare."""
    return plugins.declared("permissions")


def ensure_declared(name: str) -> None:
    """raise UnknownPermission when nobody declared this name."""
    if all(permission.name != name for permission in declared()):
        raise UnknownPermission(name)


def names_for(role_key: str) -> tuple[str, ...]:
    """Name the permissions that are declared for a built-in role."""
    return tuple(permission.name for permission in declared() if role_key in permission.roles)
