"""Who shows something of their own on the screen of a person: filled once, when the process starts."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

Source = Callable[..., Iterable[Any]]


@dataclass(slots=True)
class _Sources:
    found: tuple[Source, ...] = ()


_SOURCES: Final = _Sources()


def install(sources: Iterable[Source], /) -> None:
    """Set who is asked for parts."""
    _SOURCES.found = tuple(sources)


def of_card(request: Any, card_id: Any, /) -> list[Any]:
    """Collect the parts of all rooms for one card, in their order."""
    found = [part for source in _SOURCES.found for part in source(request, card_id)]
    return sorted(found, key=lambda part: part.order)
