"""Write down that somebody read what names a person."""

from collections.abc import Iterable
from uuid import UUID

from django.http import HttpRequest

from madoguchi import clock
from madoguchi.accounts.services import actor_of
from madoguchi.ledger.audit import services as audit

CARD = "card_management.card"


def record(request: HttpRequest, *, cards: Iterable[UUID], purpose: str) -> None:
    """Leave one entry for all cards that a page shows."""
    ids = [str(card) for card in cards]
    audit.record_read(
        actor=actor_of(request), object_type=CARD, object_ids=ids, purpose=purpose, now=clock.now()
    )
