"""The list of cards, and what is done with one of them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi import clock
from madoguchi.accounts.desk import lists, undoing
from madoguchi.accounts.services import actor_of
from madoguchi.accounts.sight import eyes_of
from madoguchi.errors import DomainError
from madoguchi.hooks.contracts.bookings import PickupBooking
from madoguchi.ledger.audit.actors import Actor
from madoguchi.ledger.values import JSON
from madoguchi.web.access import requires
from plugins.card_management import queries
from plugins.card_management.declarations import IMPORT_NOTICES, MOVE_CARDS, STATE_LABELS, VIEW_CARDS
from plugins.card_management.forms.ledger import DAY_FACTS, FactsForm
from plugins.card_management.queries import CardView
from plugins.card_management.queries.card_list import MOST_HITS
from plugins.card_management.rules.facts import Fact
from plugins.card_management.rules.life_cycle import FINAL, Action, ImpossibleMove, State
from plugins.card_management.services import booked, facts, moving
from plugins.card_management.views import card_bulk, reading
from plugins.card_management.views.card_list import CARDS, Cards
from plugins.card_management.views.handover_visits import ended, lost

UNDO: Final = "card_management.move"
# Parcels do this, with both ends signing for it.
ELSEWHERE: Final = frozenset((Action.SEND, Action.TAKE_IN))
EDITED: Final = (Fact.KIND, Fact.BATCH, *DAY_FACTS, Fact.VISIT)


@requires(VIEW_CARDS)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List cards, and record that they were shown."""

    def record(shown: Sequence[CardView]) -> None:
        reading.record(request, cards=[card.id for card in shown], purpose="card_management.card_list")

    context = {
        "most_hits": MOST_HITS,
        "may_import": request.user.has_permission(IMPORT_NOTICES),  # type: ignore[union-attr]
        "may_move": request.user.has_permission(MOVE_CARDS),  # type: ignore[union-attr]
    }
    return lists.show(
        request,
        table=CARDS,
        rows=Cards(eyes=eyes_of(request)),
        template="card_management/index.html",
        context=context,
        recording=record,
    )


@requires(MOVE_CARDS)
@require_POST
def move(request: HttpRequest, card_id: UUID) -> HttpResponse:
    """Move a card to its next state."""
    queries.find(card_id=card_id, eyes=eyes_of(request))
    now = clock.now()
    visit = booked.visit_ahead(card_id=card_id, now=now)
    try:
        action = Action(request.POST.get("action", ""))
        if action in FINAL or action in ELSEWHERE:
            raise ImpossibleMove(action=action.value)
        after = moving.move(
            card_id=card_id,
            action=action,
            actor=actor_of(request),
            now=now,
            reason=request.POST.get("reason", "")[:200],
        )
    except (ValueError, ImpossibleMove):
        messages.error(request, _("この状態のカードには、その操作はできません。画面を読み直してください。"))
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        _tell(request, card_id, action, after, visit if after is State.HANDED_OVER else None)
    return redirect("cards:show", card_id)


@requires(MOVE_CARDS)
@require_http_methods(["GET", "HEAD", "POST"])
def change_facts(request: HttpRequest, card_id: UUID) -> HttpResponse:
    """Change what stands beside a card: its kind, its delivery, its days."""
    card = queries.find(card_id=card_id, eyes=eyes_of(request))
    initial = {fact.value: getattr(card, fact.value) for fact in EDITED}
    form = FactsForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            changed = _change(form, card_id, actor_of(request))
        except facts.WrongOrder as refusal:
            form.add_error(refusal.later.value if refusal.later.value in form.fields else None, str(refusal))
        else:
            said = _("記録を変更しました。") if changed else _("変更はありません。")
            messages.success(request, said)
            return redirect("cards:show", card_id)
    reading.record(request, cards=[card_id], purpose="card_management.card_detail")
    status = 422 if form.errors else 200
    return render(request, "card_management/facts.html", {"form": form, "card": card}, status=status)


def take_back(*, values: Mapping[str, Any], actor: Actor, now: datetime) -> str:
    """Move a card back where it was, and say so where a visit did not come back with it.

    Raises MovedOn.
    """
    card_bulk.take_back(row=UUID(values["card"]), before=values, actor=actor, now=now)
    return lost(values, now)


def _change(form: FactsForm, card_id: UUID, actor: Actor) -> int:
    """Change what was typed, all of it or nothing: the request is one transaction."""
    now, changed = clock.now(), 0
    typed = {fact: form.cleaned_data[fact.value] for fact in EDITED if fact.value in form.changed_data}
    reason = str(form.cleaned_data["reason"])
    wrong = facts.disorder_of(card_id=card_id, typed=typed)
    if wrong is not None and not reason.strip():
        raise facts.WrongOrder(earlier=wrong[0], later=wrong[1])
    for fact, value in typed.items():
        facts.change(
            card_id=card_id, fact=fact, value=value, actor=actor, now=now, reason=reason or str(_("訂正"))
        )
        changed += 1
    return changed


def _tell(
    request: HttpRequest, card_id: UUID, action: Action, after: State, visit: PickupBooking | None
) -> None:
    """Say what was done, with a way back."""
    text = _("「%(state)s」にしました。") % {"state": STATE_LABELS[after]} + ended(visit)
    values: dict[str, JSON] = {
        "card": str(card_id),
        "action": action.value,
        "movement": moving.last_move(card_id=card_id),
        "ended_visit": visit is not None,
    }
    address = reverse("cards:show", args=[card_id])
    undoing.offer(request, kind=UNDO, text=text, values=values, back_url=address)
