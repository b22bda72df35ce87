"""The letter that reminds somebody of their card is a step of the radar of deadlines."""

from collections.abc import Collection
from datetime import datetime
from typing import Final
from uuid import UUID

from madoguchi.ledger.audit.actors import Actor
from plugins.card_management.models.forms import LetterLine, LetterRun
from plugins.card_management.rules.shelves_radar import Step
from plugins.card_management.services import shelves_radar

REMINDER: Final = "nudge"
STEPS: Final = {REMINDER: Step.LETTER}


def note(*, run: LetterRun, cards: Collection[UUID], actor: Actor, now: datetime) -> None:
    """Write down what printing these letters was for the radar, where they are reminders."""
    step = STEPS.get(run.key)
    if step is not None:
        shelves_radar.act_many(cards=cards, step=step, actor=actor, now=now)


def can_undo(run: LetterRun) -> bool:
    """Tell whether letters noted anything that can be taken back."""
    return run.state == LetterRun.State.DONE and (run.sent_on is not None or run.key in STEPS)


def take_back(*, run: LetterRun, actor: Actor, now: datetime) -> list[UUID]:
    """Take the steps back that these letters were, and name their cards."""
    step = STEPS.get(run.key)
    if step is None or run.finished_at is None:
        return []
    printed = run.lines.filter(outcome=LetterLine.Outcome.PRINTED).values_list("card_id", flat=True)
    return shelves_radar.take_back_many(
        cards=printed, step=step, acted_at=run.finished_at, actor=actor, now=now
    )
