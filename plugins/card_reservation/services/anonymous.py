"""Parties of whom nothing is asked: a keyed index of the address holds one booking a service."""

from uuid import UUID, uuid4

from madoguchi.ledger import vault
from plugins.card_reservation.services.verification import VerifiedPickup

PURPOSE = "card_reservation.without_notice"


def strangers(people: int) -> tuple[VerifiedPickup, ...]:
    """Hold the places of a party until its address is known."""
    return tuple(VerifiedPickup(pickup=uuid4(), reference="") for _person in range(people))


def party_of(*, email: str, service_id: UUID, people: int) -> tuple[VerifiedPickup, ...]:
    """Name the party of an address: the same address cannot come twice for one service."""
    address = email.strip().lower()
    return tuple(_person(f"{address}|{service_id}|{position}") for position in range(people))


def _person(value: str) -> VerifiedPickup:
    index = vault.blind_index(value=value, purpose=PURPOSE)
    return VerifiedPickup(pickup=UUID(bytes=index[:16], version=4), reference="")
