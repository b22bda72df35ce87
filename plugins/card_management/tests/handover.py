"""A person at the counter who brings all that a hand-over asks for."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from madoguchi import clock
from madoguchi.ledger.audit.actors import SYSTEM
from plugins.card_management.rules.handover_documents import Paper, Proof, Receiver, Shown
from plugins.card_management.rules.handover_matching import Seen
from plugins.card_management.services import handover, handover_records
from plugins.card_management.services.handover import Compared, Evidence

ENOUGH = Shown(
    receiver=Receiver.HOLDER, holder=frozenset((Paper.LICENCE,)), proofs=frozenset((Proof.NOTICE,))
)


def evidence_of(card_id: UUID, **changes: Any) -> Evidence:
    """Bring what agrees with the ledger, but for these changes."""
    reference, held = handover_records.held(card_id=card_id)
    seen = Seen(born=held.born, is_looked=True)
    return replace(Evidence(label=reference, is_walk_in=True, seen=seen, shown=ENOUGH), **changes)


def matched(card_id: UUID, *, now: datetime | None = None, **changes: Any) -> Compared:
    """Compare a card as the counter does before it goes."""
    evidence = evidence_of(card_id, **changes)
    return handover.compare(card_id=card_id, evidence=evidence, actor=SYSTEM, now=now or clock.now())
