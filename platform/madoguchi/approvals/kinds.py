"""Which things need a second person, as the rooms declared them."""

from madoguchi.accounts import permissions
from madoguchi.errors import NotFound
from madoguchi.hooks.registry import plugins
from madoguchi.hooks.values import ApprovalKind


class UnknownKind(NotFound):
    """No room declared this kind of request."""

    code = "unknown_approval"


def find(name: str) -> ApprovalKind:
    """Find a declared kind.

    Raises UnknownKind.
    """
    found = next((kind for kind in declared() if kind.name == name), None)
    if found is None:
        raise UnknownKind(kind=name)
    return found


def right_for(name: str) -> str:
    """Name, in words, the right that is needed to decide about a kind."""
    wanted = find(name).permission
    return next((str(each.label) for each in permissions.declared() if each.name == wanted), wanted)


def declared() -> tuple[ApprovalKind, ...]:
    """List every declared kind."""
    return plugins.declared("approval_kinds")
