"""What the shelves show on the screen of a person: where the card lay, what is to be done, what was tried."""

from collections.abc import Iterable
from uuid import UUID

from django.http import HttpRequest

from madoguchi.accounts.sight import eyes_of
from madoguchi.hooks.contracts.pickups import STORAGE
from plugins.card_management.declarations import VIEW_CARDS
from plugins.card_management.declarations.shelves import (
    HOW_LABELS,
    STEP_LABELS,
    TASK_LABELS,
    TASK_REASONS,
)
from plugins.card_management.queries import shelves as queries
from plugins.card_management.services import shelves_radar, shelves_tasks
from plugins.card_management.views.parts import CardPart


def of_card(request: HttpRequest, card_id: UUID) -> Iterable[CardPart]:
    """Show the moves between spots, the open task and the steps towards the holder."""
    eyes = eyes_of(request)
    moves = [] if eyes.is_masked(STORAGE) else queries.moves_of(card_id=card_id)
    task = shelves_tasks.open_tasks(eyes=eyes).filter(card_id=card_id).first()
    acts = shelves_radar.acts_of([card_id]).get(card_id, [])
    if not (moves or task or acts):
        return ()
    context = {
        "moves": [(move, HOW_LABELS[move.how]) for move in moves],
        "task": (TASK_LABELS[task.kind], TASK_REASONS[task.reason], task.since) if task else None,
        "acts": [(STEP_LABELS[step], at) for step, at in acts],
    }
    template = "card_management/shelves/card_part.html"
    return (CardPart(template=template, permission=VIEW_CARDS, context=context, order=60),)
