"""Reading residents' contact data: the only road to an address in clear."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from madoguchi.errors import NotFound
from madoguchi.ledger import vault
from madoguchi.residents.models import Contact, StaffAddress

EMAIL = "residents_contact.email"
STAFF_EMAIL = "residents_staffaddress.email"


class ContactNotFound(NotFound):
    """This contact was erased or never existed."""

    code = "contact_not_found"


@dataclass(frozen=True, slots=True)
class Address:
    """Where a resident reads mail, and in which language."""

    email: str
    language: str


def address_of(contact_id: UUID) -> Address:
    """Open the sealed address of one contact.

    Raises ContactNotFound once it is erased.
    """
    for model, place in ((Contact, EMAIL), (StaffAddress, STAFF_EMAIL)):
        row = model.objects.filter(pk=contact_id).values_list("email", "language").first()
        if row is not None:
            opened = vault.open_sealed(sealed=bytes(row[0]), place=place, row=contact_id)
            return Address(email=str(opened["email"]), language=row[1])
    raise ContactNotFound(contact_id=contact_id)


def language_of(contact_id: UUID) -> str:
    """Tell which language a contact reads, without opening the address.

    Raises ContactNotFound once it is erased.
    """
    for model in (Contact, StaffAddress):
        language = model.objects.filter(pk=contact_id).values_list("language", flat=True).first()
        if language is not None:
            return str(language)
    raise ContactNotFound(contact_id=contact_id)


def address_indexes(contact_ids: Iterable[UUID]) -> dict[UUID, bytes]:
    """Give the keyed indexes of addresses, by contact: the same address has one index in every language."""
    # One array: fifty thousand parameters would take longer than the query.
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, email_index FROM residents_contact WHERE id = ANY(%s::uuid[])", [list(contact_ids)]
        )
        return {key: bytes(index) for key, index in cursor.fetchall()}


def contacts_at(address_index: bytes) -> list[UUID]:
    """List the contacts of one address, one for each language."""
    return list(Contact.objects.filter(email_index=address_index).values_list("pk", flat=True))
