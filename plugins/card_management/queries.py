"""What can be asked about cards."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from madoguchi.hooks.contracts.pickups import (
    Ambiguous,
    Found,
    MonthDay,
    PickupDescription,
    Unknown,
    normalise_reference,
)
from madoguchi.ledger import vault
from plugins.card_management.models import Card
from plugins.card_management.rules.life_cycle import WAITING, State
from plugins.card_management.services.indexes import index_birthday

SEALED: Final = "card_management_card.sealed"


@dataclass(frozen=True, slots=True)
class CardView:
    """One card as staff see it."""

    id: UUID
    reference: str
    name: str
    kana: str
    born_on: str
    postcode: str
    address: str
    storage: str
    arrived_on: date
    state: State


def find_pickup(*, reference: str, birthday: MonthDay) -> Found | Ambiguous | Unknown:
    """Find the one card that waits under a number and birthday; two people under both are nobody's to tell."""
    index = index_birthday(reference=normalise_reference(reference), month_day=str(birthday))
    rows = list(Card.objects.filter(birthday_index=index).values_list("id", "sealed", "state")[:3])
    waiting = [(card, sealed) for card, sealed, state in rows if state in WAITING]
    if not waiting:
        return Unknown()
    if len(rows) > 1:
        return Ambiguous()
    card, sealed = waiting[0]
    return Found(pickup=card, label=mask(name=_open(card, sealed)["kana"]))


def describe_pickups(*, pickups: Sequence[UUID]) -> dict[UUID, PickupDescription]:
    """Name the people behind pick-ups, for staff who may see them."""
    rows = Card.objects.filter(id__in=pickups).values_list("id", "sealed")
    return {card: _describe(card, _open(card, sealed)) for card, sealed in rows}


def mask(*, name: str) -> str:
    """Shorten a name so that its owner recognises it and nobody else learns it."""
    return f"{name[:1]}…"


def _describe(card: UUID, fields: dict[str, Any]) -> PickupDescription:
    return PickupDescription(
        pickup=card, name=fields["name"], kana=fields["kana"], reference=fields["reference"]
    )


def _open(card: UUID, sealed: bytes) -> dict[str, Any]:
    return vault.open_sealed(sealed=sealed, place=SEALED, row=card)
