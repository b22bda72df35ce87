"""What a city tells about its look."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from madoguchi.hooks.contracts.events import Event


@dataclass(frozen=True, kw_only=True)
class LookChosen(Event):
    """A city shows its pages in another colour, or names another contact, from now on."""

    kind: ClassVar[str] = "brand.look_chosen"

    look: UUID
