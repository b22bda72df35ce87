"""What says no to a hand-over: a warning of the register, or a card that nobody compared today."""

from datetime import datetime

from django.utils.translation import gettext as _

from madoguchi.ledger.audit.actors import Actor
from madoguchi.preferences import queries as preferences
from plugins.card_management.declarations.ledger import FLAG_LABELS
from plugins.card_management.declarations.settings import CardSettings
from plugins.card_management.models import Card, CardMovement
from plugins.card_management.models.handover import HandoverCheck
from plugins.card_management.rules.facts import blocking
from plugins.card_management.rules.life_cycle import State
from plugins.card_management.services import handover_records as asked
from plugins.card_management.services.guards import Refusal
from plugins.card_management.services.handover_overrides import UNMATCHED


def refuse_flagged(card: Card, actor: Actor, now: datetime) -> Refusal | None:
    """Refuse a card against which the register says something, unless a supervisor decided today."""
    flags = blocking(flags=card.flags)
    if not flags:
        return None
    known = asked.looked_past(card_id=card.id, purpose="hand_over", now=now)
    open_flags = [str(FLAG_LABELS[flag]) for flag in flags if flag.value not in known]
    if not open_flags:
        return None
    words = {"flags": "・".join(open_flags)}
    return Refusal("flagged", _("住民登録に異動があります（%(flags)s）。") % words)


def refuse_unmatched(card: Card, actor: Actor, now: datetime) -> Refusal | None:
    """Refuse a card that was not compared today, where the city asks for it."""
    if asked.is_matched(card_id=card.id, now=now):
        return None
    if not preferences.current(CardSettings).requires_match:
        return None
    if UNMATCHED in asked.looked_past(card_id=card.id, purpose="hand_over", now=now):
        return None
    return Refusal("not_matched", _("今日の照合（ラベル・予約・本人確認）が済んでいません。"))


def use_up(card: Card, movement: CardMovement, actor: Actor, now: datetime) -> None:
    """Use up today's comparisons and decisions by the hand-over for which they were made."""
    if movement.to_state == State.HANDED_OVER:
        HandoverCheck.objects.filter(card=card, purpose="hand_over", used_by__isnull=True).update(
            used_by=movement
        )
