"""What a room shows of its own on the screen of a person."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class CardPart:
    """A part below a card: its template, what it shows, and the right one needs to see it."""

    template: str
    permission: str
    context: Mapping[str, Any] = field(default_factory=dict)
    order: int = 100
