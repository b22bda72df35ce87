"""Move a card through its life."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from madoguchi.errors import NotFound
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import Actor
from plugins.card_management.models import Card, CardMovement
from plugins.card_management.rules.life_cycle import Action, State, next_state


class CardNotFound(NotFound):
    """There is no such card."""

    code = "card_not_found"
    message = _("このカードは見つかりません。")


def move(*, card_id: UUID, action: Action, actor: Actor, now: datetime) -> State:
    """Move a card and write down who did it.

    Raises ImpossibleMove when its state does not allow the action, and CardNotFound.
    """
    card = Card.objects.select_for_update().filter(id=card_id).first()
    if card is None:
        raise CardNotFound(card=str(card_id))
    before = State(card.state)
    after = next_state(state=before, action=action)
    Card.objects.filter(id=card_id).update(state=after, updated_at=now)
    CardMovement.objects.create(
        card=card,
        action=action,
        from_state=before,
        to_state=after,
        moved_at=now,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_name=actor.name,
    )
    audit.record(
        actor=actor,
        action=f"card_management.{action.value}",
        object_type="card_management.card",
        object_ids=[str(card_id)],
        details={"from": before.value, "to": after.value},
        now=now,
    )
    return after
