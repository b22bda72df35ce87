"""Residents who can be written to, for the tests of every room; their addresses are sealed like real ones."""

from typing import Any
from uuid import uuid4

from factory.declarations import LazyFunction, Sequence, Trait
from factory.django import DjangoModelFactory

from madoguchi import clock
from madoguchi.ledger import vault
from madoguchi.residents.models import Contact
from madoguchi.residents.queries import EMAIL
from madoguchi.residents.services import email_index


class ContactFactory(DjangoModelFactory[Contact]):
    """Somebody's address; give ``email`` in clear."""

    class Meta:
        model = Contact

    id = LazyFunction(uuid4)
    email = Sequence(lambda number: f"resident{number}@resident.example")
    language = "ja"
    created_at = LazyFunction(clock.now)

    class Params:
        reads_english = Trait(language="en")
        reads_easy_japanese = Trait(language="ja-easy")

    @classmethod
    def _create(cls, model_class: type[Contact], *args: Any, **facts: Any) -> Contact:
        email = facts.pop("email")
        sealed = vault.seal(fields={"email": email}, place=EMAIL, row=facts["id"])
        return super()._create(model_class, *args, email=sealed, email_index=email_index(email), **facts)
