"""Cards that were expected and stand on a list of those that arrived."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from madoguchi.exchange import queries as imports
from madoguchi.exchange.errors import ImportNotFound
from madoguchi.ledger.audit.actors import SYSTEM, Actor
from plugins.card_management.models import Card
from plugins.card_management.rules.life_cycle import Action, State
from plugins.card_management.services import moving


def receive(*, import_id: UUID, cards: Sequence[UUID], now: datetime) -> int:
    """Receive those among the cards that were only expected; tell how many."""
    expected = _expected(cards)
    return receive_by(cards=expected, actor=_actor(import_id), now=now) if expected else 0


def receive_by(*, cards: Sequence[UUID], actor: Actor, now: datetime) -> int:
    """Receive those among the cards that were only expected, in somebody's name; tell how many."""
    moved = moving.move_many(cards=_expected(cards), action=Action.RECEIVE, actor=actor, now=now)
    return sum(each.is_done for each in moved)


def has_expected() -> bool:
    """Tell whether any card of the city is only expected."""
    return Card.objects.filter(state=State.EXPECTED).exists()


def count_expected(*, cards: Sequence[UUID]) -> int:
    """Count those among the cards that were only expected."""
    return Card.objects.filter(id__in=cards, state=State.EXPECTED).count() if cards else 0


def _expected(cards: Sequence[UUID]) -> list[UUID]:
    return list(Card.objects.filter(id__in=cards, state=State.EXPECTED).values_list("id", flat=True))


def _actor(import_id: UUID) -> Actor:
    try:
        job = imports.find(import_id=import_id)
    except ImportNotFound:
        return SYSTEM
    return Actor(kind="staff", id=job.uploaded_by_id, name=job.uploaded_by_name)
