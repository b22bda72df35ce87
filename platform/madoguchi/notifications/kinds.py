from madoguchi.hooks.registry import plugins
from madoguchi.hooks.values import MessageKind
from madoguchi.notifications.errors import UnknownMessageKind
from madoguchi.notifications.models import Language
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
    declared = plugins.declared_by("message_kinds")
    return [kind for plugin, kind in declared if kind.world == _world() and plugins.is_active(plugin)]


def of_this_world() -> list[MessageKind]:
    """List the messages of every installed plugin, on or off, that cities write, or that our operators do."""
    return [kind for kind in all_declared() if kind.world == _world()]


def languages_of(kind: MessageKind) -> list[tuple[str, str]]:
    """List the languages in which a message is written: staff read Japanese."""
    is_japanese = kind.is_for_staff or kind.world == "operators"
    return [(code, str(label)) for code, label in Language.choices if code == Language.JA or not is_japanese]


def _world() -> str:
    return "operators" if is_operators(current_city()) else "city"
