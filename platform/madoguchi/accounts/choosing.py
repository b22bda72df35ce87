"""Reading what the city chose: the room that keeps it lies above this one and is named by the settings."""

from typing import TypeVar

from django.conf import settings
from django.utils.module_loading import import_string

T = TypeVar("T")


def chosen(schema: type[T]) -> T:
    """Read the settings of a declared class in the current city, defaults for the rest."""
    found: T = import_string(settings.MADOGUCHI["CHOSEN"])(schema)
    return found
