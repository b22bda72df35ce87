"""What can be asked about the cards themselves."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, Max

from madoguchi.hooks.contracts.pickups import (
    Ambiguous,
    Found,
    MonthDay,
    PickupDescription,
    Unknown,
    normalise_reference,
)
from madoguchi.ledger import vault
from madoguchi.places import queries as places
from madoguchi.preferences import queries as preferences
from plugins.card_management.declarations import STATE_LABELS
from plugins.card_management.declarations.settings import CardSettings
from plugins.card_management.models import SEALED, Card, CardMovement
from plugins.card_management.rules.life_cycle import WAITING, State
from plugins.card_management.services.indexes import index_birthday, index_person, index_reference

# The Japanese letters in front of the numbers of a shelf.
_WORD: Final = re.compile(r"[^\W\d_a-zA-Z]+")


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many cards wait, and since when the newest."""

    count: int
    newest_on: date | None


def called(*, number: str) -> tuple[UUID, ...]:
    """Name the cards under a notice number, however many it has."""
    index = index_reference(reference=normalise_reference(number))
    return tuple(Card.objects.filter(reference_index=index).values_list("id", flat=True))


def find_pickup(*, reference: str, birthday: MonthDay) -> Found | Ambiguous | Unknown:
    """Find the one card that waits under a number and birthday; two under both are ambiguous."""
    index = index_birthday(reference=normalise_reference(reference), month_day=str(birthday))
    fitting = Card.objects.filter(birthday_index=index)
    if birthday.year is not None:
        # By its index again: opening the card would take longer for the right month and day.
        whole = f"{birthday.year:04}-{birthday.month:02}-{birthday.day:02}"
        person = index_person(reference=normalise_reference(reference), born_on=whole)
        fitting = fitting.filter(person_index=person)
    rows = list(fitting.values_list("id", "sealed", "state")[:3])
    waiting = [(card, sealed) for card, sealed, state in rows if _is_bookable(state)]
    if not waiting:
        return Unknown()
    if len(rows) > 1:
        return Ambiguous()
    card, sealed = waiting[0]
    return Found(pickup=card, label=mask(name=_open(card, sealed)["kana"]))


def _is_bookable(state: str) -> bool:
    if state == State.EXPECTED:
        return preferences.current(CardSettings).books_expected
    return state in WAITING


def describe_pickups(*, pickups: Sequence[UUID]) -> dict[UUID, PickupDescription]:
    """Name the people behind pick-ups, for staff who may see them."""
    rows = Card.objects.filter(id__in=pickups).values_list("id", "sealed", "storage", "state")
    opener = vault.sealer(place=SEALED)
    return {card: _describe(card, opener.open(sealed, card), *rest) for card, sealed, *rest in rows}


def locate_pickups(*, pickups: Sequence[UUID]) -> dict[UUID, UUID]:
    """Tell at which places cards lie: where somebody put them, or as the words of their storage begin.

    本庁A-01-001 lies at 本庁舎 市民課 where no other name begins so; what fits two places is unknown.
    """
    known = places.all_places()
    rows = Card.objects.filter(id__in=pickups).values_list("id", "storage", "site")
    found = {
        card: site or _place_of(unicodedata.normalize("NFKC", storage), known) for card, storage, site in rows
    }
    return {card: place for card, place in found.items() if place is not None}


def _place_of(storage: str, known: Sequence[places.PlaceView]) -> UUID | None:
    word = _WORD.match(storage)
    head = word.group() if word else ""
    fitting = [
        place.id
        for place in known
        if storage.startswith((place.name, f"{place.code}-")) or (head and place.name.startswith(head))
    ]
    return fitting[0] if len(fitting) == 1 else None


def mask(*, name: str) -> str:
    """Shorten a name so that its owner recognises it and nobody else learns it."""
    return f"{name[:1]}…"


def movements(*, card_id: UUID) -> list[CardMovement]:
    """List the moves of a card, newest first."""
    return list(CardMovement.objects.filter(card_id=card_id).order_by("-id"))


def waiting() -> Waiting:
    """Count the cards that wait for their holders."""
    counted = Card.objects.filter(state__in=WAITING).aggregate(count=Count("id"), newest=Max("arrived_on"))
    return Waiting(count=counted["count"], newest_on=counted["newest"])


def _describe(card: UUID, fields: dict[str, Any], storage: str, state: str) -> PickupDescription:
    is_waiting = State(state) in WAITING or State(state) is State.EXPECTED
    return PickupDescription(
        pickup=card,
        name=fields["name"],
        kana=fields["kana"],
        reference=fields["reference"],
        storage=storage,
        state=str(STATE_LABELS[State(state)]),
        is_waiting=is_waiting,
        has_come=State(state) is not State.EXPECTED,
    )


def _open(card: UUID, sealed: bytes | memoryview) -> dict[str, Any]:
    return vault.open_sealed(sealed=bytes(sealed), place=SEALED, row=card)


def read_for_health() -> None:
    """Touch the tables of the ledger and read nothing in them."""
    for model in (Card, CardMovement):
        model.objects.exists()
