from madoguchi.hooks.registry import plugins
from madoguchi.hooks.values import MessageKind
from madoguchi.notifications.errors import UnknownMessageKind
from madoguchi.tenancy import current_city, is_operators


def all_declared() -> tuple[MessageKind, ...]:
    """List the messages of every installed plugin."""
    return plugins.declared("message_kinds")


def find(name: str) -> MessageKind:
    """Find a declared kind of message.

    Raises UnknownMessageKind: a mistake in the code or an address typed by hand.
    """
    for kind in all_declared():
        if kind.name == name:
            return kind
    raise UnknownMessageKind(name=name)


def of_this_city() -> list[MessageKind]:
    """List the messages of the plugins that are on in this city."""
    world = "operators" if is_operators(current_city()) else "city"
    declared = plugins.declared_by("message_kinds")
    return [kind for plugin, kind in declared if kind.world == world and plugins.is_active(plugin)]
