"""Files that lie encrypted in a store, for whoever gives a city everything back."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedFile:
    """A file as it was before it was encrypted."""

    stored_as: str
    """Its name in the store."""
    name: str
    """A name by which it is found beside the tables: with their keys, and an ending that programs know."""
    content: bytes


@dataclass(frozen=True, kw_only=True)
class SealedFiles:
    """Files of a city, each encrypted under a key that only a row of the city knows.

    ``opened`` goes through them one by one and leaves out what the store has no more.
    """

    opened: Callable[[], Iterator[OpenedFile]]
