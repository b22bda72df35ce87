"""Cards that were expected and stand on a list of those that arrived."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from madoguchi.exchange import queries as imports
from madoguchi.exchange.errors import ImportNotFound
from madoguchi.ledger.audit.actors import SYSTEM, Actor
from plugins.card_management.models import Card
from plugins.card_management.rules.life_cycle import Action, State
from plugins.card_management.services import moving, moving_back
from plugins.card_management.services.intake_before import kept_since
from plugins.card_management.services.moving_back import LastMoves


def receive(*, import_id: UUID, cards: Sequence[UUID], now: datetime) -> int:
    """Receive those among the cards that were only expected; tell how many."""
    expected = _expected(cards)
    return receive_by(cards=expected, actor=_actor(import_id), now=now) if expected else 0


def receive_by(*, cards: Sequence[UUID], actor: Actor, now: datetime) -> int:
    """Receive those among the cards that were only expected, in somebody's name; tell how many."""
    moved = moving.move_many(cards=_expected(cards), action=Action.RECEIVE, actor=actor, now=now)
    return sum(each.is_done for each in moved)


def send_back(*, import_id: UUID, actor: Actor, now: datetime) -> list[UUID]:
    """Let cards be expected again that an import received; name those with which more happened since."""
    received = dict(kept_since(import_id=import_id))
    ours = moving_back.moved_at(cards=list(received), action=Action.RECEIVE)
    left: list[UUID] = []
    together: list[LastMoves] = []
    reason = str(_("取込の取り消し"))
    for each in moving_back.locked(cards=list(received)):
        at = received[each.card]
        if (each.card, at) not in ours:
            continue
        last = each.moves[0]
        is_last = last.action == Action.RECEIVE and last.moved_at == at
        if not is_last or each.is_booked:
            left.append(each.card)
        elif each.has_shelf:
            moving.undo(card_id=each.card, movement=last.pk, actor=actor, now=now, reason=reason)
        else:
            together.append(each)
    moving_back.take_back(
        moved=together, before=State.ARRIVED, after=State.EXPECTED, actor=actor, now=now, reason=reason
    )
    return left


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
