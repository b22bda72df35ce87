"""What card_management tells: a card moved through its life."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from madoguchi.hooks.contracts.events import Event


@dataclass(frozen=True, kw_only=True)
class CardMoved(Event):
    """A card moved; whoever hears it reads the rest in its own tables."""

    kind: ClassVar[str] = "card_management.card_moved"

    card: UUID
    action: str
    before: str
    after: str
    site: UUID | None = None
