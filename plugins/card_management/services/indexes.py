"""The keyed indexes by which a card is found without opening it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from madoguchi.ledger import vault

INDEX_BYTES = 16


@dataclass(frozen=True, slots=True)
class CardIndexes:
    """The current city's indexes, bound once for many cards."""

    reference: Callable[[str], bytes]
    birthday: Callable[[str], bytes]
    person: Callable[[str], bytes]
    content: Callable[[str], bytes]

    @classmethod
    def of_city(cls) -> Self:
        """Bind the indexes to the current city."""
        return cls(
            reference=_short("card.reference"),
            birthday=_short("card.birthday"),
            person=_short("card.person"),
            content=_short("card.content"),
        )


def index_reference(*, reference: str) -> bytes:
    """Index a notice number."""
    return CardIndexes.of_city().reference(reference)


def index_birthday(*, reference: str, month_day: str) -> bytes:
    """Index a notice number together with month and day of birth (MMDD)."""
    return CardIndexes.of_city().birthday(f"{reference}|{month_day}")


def _short(purpose: str) -> Callable[[str], bytes]:
    index = vault.indexer(purpose=purpose)

    # Half of the 256 bits keep the index small and are still far beyond guessing.
    def shortened(value: str) -> bytes:
        return index(value)[:INDEX_BYTES]

    return shortened
