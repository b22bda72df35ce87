"""What was compared before a hand-over, and who looked past a warning, with the city's mark in its words."""

from datetime import datetime
from typing import Any
from uuid import UUID

from madoguchi.ledger.audit.actors import Actor


def furnish_handover(world: Any, same: UUID, now: datetime) -> None:
    """Compare the city's card, flag it, and let somebody look past the flag."""
    from plugins.card_management.models import Card
    from plugins.card_management.services import handover_overrides
    from plugins.card_management.tests.handover import matched

    actor = Actor(kind="staff", id=str(same), name=world.mark)
    for keys in (world.keys, world.own_keys):
        card = UUID(keys["card_id"])
        matched(card, now=now, proxy_name=f"{world.mark} 代理")
        before = Card.objects.values_list("flags", flat=True).get(id=card)
        Card.objects.filter(id=card).update(flags=["address_changed"])
        handover_overrides.override(
            card_id=card, purpose="hand_over", reason=f"{world.mark} 確かめた", actor=actor, now=now
        )
        Card.objects.filter(id=card).update(flags=before)
