"""The pages of the card ledger."""

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from madoguchi import clock
from madoguchi.accounts.services import actor_of
from madoguchi.ledger.audit import services as audit
from madoguchi.web.access import requires
from plugins.card_management import queries
from plugins.card_management.declarations import ACTION_LABELS, MOVE_CARDS, STATE_LABELS, VIEW_CARDS
from plugins.card_management.forms import CardSearchForm
from plugins.card_management.rules.life_cycle import Action, ImpossibleMove, State
from plugins.card_management.services import moving

OBJECT = "card_management.card"


@requires(VIEW_CARDS)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List cards, and record that they were shown."""
    form = CardSearchForm(request.GET or None)
    wanted = queries.CardSearch(**_given(form)) if form.is_valid() else queries.CardSearch()
    page = queries.search(wanted=wanted, page=_page_number(request))
    audit.record_read(
        actor=actor_of(request),
        object_type=OBJECT,
        object_ids=[str(card.id) for card in page.cards],
        purpose="card_management.card_list",
        now=clock.now(),
    )
    kept = (
        urlencode({name: value for name, value in _given(form).items() if value}) if form.is_valid() else ""
    )
    context = {
        "form": form if form.is_bound else CardSearchForm(),
        "page": page,
        "rows": [(card, STATE_LABELS[card.state]) for card in page.cards],
        "query": f"{kept}&" if kept else "",
        "is_filtered": form.is_bound,
        "most_hits": queries.MOST_HITS,
    }
    return render(request, "card_management/index.html", context, status=422 if form.errors else 200)


@requires(VIEW_CARDS)
@require_safe
def show(request: HttpRequest, card_id: UUID) -> HttpResponse:
    """Show one card with its history, and record that it was shown."""
    card = queries.find(card_id=card_id)
    audit.record_read(
        actor=actor_of(request),
        object_type=OBJECT,
        object_ids=[str(card_id)],
        purpose="card_management.card_detail",
        now=clock.now(),
    )
    may_move = request.user.has_permission(MOVE_CARDS)  # type: ignore[union-attr]
    context = {
        "card": card,
        "state": STATE_LABELS[card.state],
        "actions": [(action.value, ACTION_LABELS[action]) for action in card.actions] if may_move else [],
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
        after = moving.move(card_id=card_id, action=action, actor=actor_of(request), now=clock.now())
    except (ValueError, ImpossibleMove):
        messages.error(request, _("この状態のカードには、その操作はできません。画面を読み直してください。"))
    else:
        messages.success(request, _("「%(state)s」にしました。") % {"state": STATE_LABELS[after]})
    return redirect("cards:show", card_id)


def _given(form: CardSearchForm) -> dict[str, str]:
    return {name: form.cleaned_data[name].strip() for name in form.base_fields}


def _page_number(request: HttpRequest) -> int:
    text = request.GET.get("page", "1")
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 7 else 1
