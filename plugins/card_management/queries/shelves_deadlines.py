"""The rows of the radar: cards with a deadline and the steps that were taken towards their holders."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from madoguchi.hooks.contracts.eyes import Eyes
from madoguchi.web.tables import Asked, Table
from madoguchi.web.tables.rows import QueryRows
from plugins.card_management.models import Card
from plugins.card_management.queries.shelves import ShelfCard, shelf_cards
from plugins.card_management.rules.shelves_radar import Step
from plugins.card_management.services.shelves_radar import acts_of


@dataclass(frozen=True, slots=True)
class Late:
    """One card with a deadline."""

    card: ShelfCard
    acts: Sequence[tuple[Step, datetime]]

    @property
    def id(self) -> UUID:
        """Name the card."""
        return self.card.id


@dataclass(frozen=True)
class RadarRows:
    """Cards with a deadline, opened piece by piece with the steps that were taken."""

    found: "QuerySet[Card]"
    eyes: Eyes

    def narrowed(self, *, table: Table, asked: Asked) -> "RadarRows":
        """Look for what is asked."""
        return replace(self, found=QueryRows(self.found).narrowed(table=table, asked=asked).found)

    def total(self) -> int | None:
        """Count the cards."""
        return self.found.count()

    def piece(self, *, first: int, count: int) -> Sequence[Late]:
        """Give some cards with the steps that were taken."""
        cards = shelf_cards(self.found, eyes=self.eyes, first=first, count=count)
        done = acts_of(card.id for card in cards)
        return [Late(card, done.get(card.id, ())) for card in cards]
