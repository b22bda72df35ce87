"""Parties of whom nothing is asked: a keyed index of the address holds one booking a service."""

from uuid import UUID, uuid4

from madoguchi.ledger import vault
from plugins.card_reservation.rules.mailboxes import mailbox_of
from plugins.card_reservation.services.verification import VerifiedPickup

PURPOSE = "card_reservation.without_notice"


def strangers(people: int) -> tuple[VerifiedPickup, ...]:
    """Hold the places of a party until its address is known."""
    return tuple(VerifiedPickup(pickup=uuid4(), reference="") for _person in range(people))


def party_of(*, email: str, service_id: UUID, people: int) -> tuple[VerifiedPickup, ...]:
    """Name the party of an address: one mailbox, however it is written, cannot come twice for a service."""
    mailbox = mailbox_of(email)
    return tuple(_person(f"{mailbox}|{service_id}|{position}") for position in range(people))


def _person(value: str) -> VerifiedPickup:
    index = vault.blind_index(value=value, purpose=PURPOSE)
    return VerifiedPickup(pickup=UUID(bytes=index[:16], version=4), reference="")
