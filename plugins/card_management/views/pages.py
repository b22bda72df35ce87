"""The pages of the card ledger."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from madoguchi import clock
from madoguchi.accounts.desk import lists, recent, undoing
from madoguchi.accounts.services import actor_of
from madoguchi.accounts.sight import eyes_of
from madoguchi.hooks.contracts.pickups import STORAGE
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import Actor
from madoguchi.ledger.values import JSON
from madoguchi.web.access import requires
from plugins.card_management import queries
from plugins.card_management.declarations import (
    ACTION_LABELS,
    IMPORT_NOTICES,
    MASKABLE_COLUMNS,
    MOVE_CARDS,
    STATE_LABELS,
    VIEW_CARDS,
)
from plugins.card_management.queries import CardView
from plugins.card_management.rules.life_cycle import FINAL, NEEDS_REASON, Action, ImpossibleMove, State
from plugins.card_management.services import guards, moving
from plugins.card_management.views import card_list
from plugins.card_management.views.card_list import CARDS, Cards, state_of

OBJECT = "card_management.card"
UNDO = "card_management.move"


@requires(VIEW_CARDS)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List cards, and record that they were shown."""

    def record(shown: Sequence[CardView]) -> None:
        audit.record_read(
            actor=actor_of(request),
            object_type=OBJECT,
            object_ids=[str(card.id) for card in shown],
            purpose="card_management.card_list",
            now=clock.now(),
        )

    context = {
        "most_hits": queries.MOST_HITS,
        "is_by_name": bool(request.GET.get("kana", "").strip()),
        "may_import": request.user.has_permission(IMPORT_NOTICES),  # type: ignore[union-attr]
    }
    return lists.show(
        request,
        table=CARDS,
        rows=Cards(eyes=eyes_of(request)),
        template="card_management/index.html",
        context=context,
        recording=record,
    )


@requires(VIEW_CARDS)
@require_safe
def show(request: HttpRequest, card_id: UUID) -> HttpResponse:
    """Show one card with its history, and record that it was shown."""
    eyes = eyes_of(request)
    card = queries.find(card_id=card_id, eyes=eyes)
    audit.record_read(
        actor=actor_of(request),
        object_type=OBJECT,
        object_ids=[str(card_id)],
        purpose="card_management.card_detail",
        now=clock.now(),
    )
    recent.note(request, label=_("カード %(number)s") % {"number": card.reference})
    may_move = request.user.has_permission(MOVE_CARDS)  # type: ignore[union-attr]
    context = {
        "card": card,
        "kept_back": [column.label for column in MASKABLE_COLUMNS if eyes.is_masked(column.name)],
        "hides_storage": eyes.hides(STORAGE),
        "state": state_of(card),
        "actions": [(action.value, ACTION_LABELS[action]) for action in _offered(card)] if may_move else [],
        "history": [
            (each, ACTION_LABELS[Action(each.action)], STATE_LABELS[State(each.to_state)])
            for each in queries.movements(card_id=card_id)
        ],
    }
    return render(request, "card_management/show.html", context)


@requires(MOVE_CARDS)
@require_POST
def move(request: HttpRequest, card_id: UUID) -> HttpResponse:
    """Move a card to its next state."""
    try:
        action = Action(request.POST.get("action", ""))
        if action in FINAL:
            raise ImpossibleMove(action=action.value)
        after = moving.move(card_id=card_id, action=action, actor=actor_of(request), now=clock.now())
    except (ValueError, ImpossibleMove, moving.ReasonMissing):
        messages.error(request, _("この状態のカードには、その操作はできません。画面を読み直してください。"))
    except guards.HandOverRefused as refusal:
        messages.error(request, str(refusal))
    else:
        _tell(request, card_id, action, STATE_LABELS[after])
    return redirect("cards:show", card_id)


def take_back(*, values: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    """Move a card back where it was.

    Raises MovedOn.
    """
    card_list.take_back(row=UUID(values["card"]), before=values, actor=actor, now=now)


def _offered(card: CardView) -> list[Action]:
    return [action for action in card.actions if action not in NEEDS_REASON | FINAL]


def _tell(request: HttpRequest, card_id: UUID, action: Action, state: object) -> None:
    """Say what was done, with a way back."""
    text = _("「%(state)s」にしました。") % {"state": state}
    values: dict[str, JSON] = {
        "card": str(card_id),
        "action": action.value,
        "movement": moving.last_move(card_id=card_id),
    }
    address = reverse("cards:show", args=[card_id])
    undoing.offer(request, kind=UNDO, text=text, values=values, back_url=address)
