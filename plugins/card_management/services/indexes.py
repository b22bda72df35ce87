"""The keyed indexes by which a card is found without opening it."""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b
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


def index_person(*, reference: str, born_on: str) -> bytes:
    """Index a notice number together with the whole date of birth (YYYY-MM-DD)."""
    return CardIndexes.of_city().person(f"{reference}|{born_on}")


def _short(purpose: str) -> Callable[[str], bytes]:
    # A key of its own per purpose from the vault, then a keyed BLAKE2b per value: a quarter of
    # the cost of an HMAC, which a list of 300,000 cards pays four times a row.
    key = vault.indexer(purpose=purpose)("key")

    def index(value: str) -> bytes:
        return blake2b(value.encode(), key=key, digest_size=INDEX_BYTES).digest()

    return index
