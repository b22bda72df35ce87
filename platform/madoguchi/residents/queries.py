"""Reading residents' contact data: the only road to an address in clear."""

from dataclasses import dataclass
from uuid import UUID

from madoguchi.errors import NotFound
from madoguchi.ledger import vault
from madoguchi.residents.models import Contact

EMAIL = "residents_contact.email"


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
    contact = Contact.objects.filter(pk=contact_id).first()
    if contact is None:
        raise ContactNotFound(contact_id=contact_id)
    opened = vault.open_sealed(sealed=bytes(contact.email), place=EMAIL, row=contact.id)
    return Address(email=str(opened["email"]), language=contact.language)


def language_of(contact_id: UUID) -> str:
    """Tell which language a contact reads, without opening the address.

    Raises ContactNotFound once it is erased.
    """
    language = Contact.objects.filter(pk=contact_id).values_list("language", flat=True).first()
    if language is None:
        raise ContactNotFound(contact_id=contact_id)
    return language
