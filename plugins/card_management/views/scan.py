"""Many cards by a reader: codes, one action, and a list of what was done and what was not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from madoguchi import clock
from madoguchi.accounts.desk import undoing
from madoguchi.accounts.services import actor_of
from madoguchi.accounts.sight import eyes_of
from madoguchi.ledger.audit.actors import Actor
from madoguchi.ledger.values import JSON
from madoguchi.web.access import requires
from plugins.card_management import queries
from plugins.card_management.declarations import ACTION_LABELS, MOVE_CARDS, STATE_LABELS
from plugins.card_management.forms.ledger import ScanForm
from plugins.card_management.rules.life_cycle import NEEDS_REASON, Action
from plugins.card_management.services import codes, moving
from plugins.card_management.views import card_bulk, reading

MOST_CODES: Final = 200
UNDO: Final = "card_management.cards_scanned"


@dataclass(frozen=True, slots=True)
class Scanned:
    """What became of one code."""

    code: str
    card: UUID | None
    is_done: bool
    words: str


@requires(MOVE_CARDS)
@require_http_methods(["GET", "HEAD", "POST"])
def scan(request: HttpRequest) -> HttpResponse:
    """Take codes in, do one action to their cards, and say what became of each."""
    form = ScanForm(request.POST or None, initial={"action": request.GET.get("action", "")})
    results: list[Scanned] = []
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        action, lines = Action(typed["action"]), _lines(typed["codes"])
        if len(lines) > MOST_CODES:
            form.add_error("codes", _("一度に読み取れるのは200枚までです。分けて送ってください。"))
        elif action in NEEDS_REASON and not typed["reason"].strip():
            form.add_error("reason", _("この操作には理由を入力してください。"))
        else:
            results = [_one(request, code, action, typed["reason"]) for code in lines]
            _offer_undo(request, [each.card for each in results if each.is_done and each.card])
            reading.record(
                request,
                cards={each.card for each in results if each.card},
                purpose="card_management.card_scan",
            )
            form = ScanForm(initial={"action": action.value})
    done = sum(each.is_done for each in results)
    context = {
        "form": form,
        "results": sorted(results, key=lambda each: each.is_done),
        "done": done,
        "refused": len(results) - done,
        "action": ACTION_LABELS.get(_action(form)) if results else "",
    }
    return render(request, "card_management/scan.html", context, status=422 if form.errors else 200)


def _offer_undo(request: HttpRequest, cards: Sequence[UUID]) -> None:
    """Offer to take all of it back that was done."""
    if not cards:
        return
    moved: list[JSON] = [[str(card), moving.last_move(card_id=card)] for card in cards]
    text = _("%(count)d枚を操作しました。") % {"count": len(cards)}
    address = reverse("cards:scan")
    undoing.offer(request, kind=UNDO, text=text, values={"moved": moved}, back_url=address)


def take_back(*, values: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    """Move all cards of one sending back where they were, or none of them.

    Raises MovedOn when one was moved again since.
    """
    with transaction.atomic():
        for card, movement in values["moved"]:
            card_bulk.take_back(row=UUID(card), before={"movement": movement}, actor=actor, now=now)


def _action(form: ScanForm) -> Action:
    return Action(form.initial["action"])


def _lines(text: str) -> list[str]:
    """Split what the reader typed; the same code twice is one card."""
    found = (codes.plain_code(line) for line in text.splitlines())
    return list(dict.fromkeys(code for code in found if code))


def _one(request: HttpRequest, code: str, action: Action, reason: str) -> Scanned:
    cards = queries.named(codes.cards_of_code(code=code), eyes=eyes_of(request))
    if not cards:
        return Scanned(code, None, is_done=False, words=_("このコードのカードは見つかりません。"))
    if len(cards) > 1:
        # Which of them is in the clerk's hand nobody can tell from the number.
        words = _("同じ番号のカードが2枚以上あります。カードの一覧でさがして、1枚ずつ操作してください。")
        return Scanned(code, None, is_done=False, words=words)
    card = next(iter(cards))
    (moved,) = moving.move_many(
        cards=[card], action=action, actor=actor_of(request), now=clock.now(), reason=reason, scanned=True
    )
    words = str(STATE_LABELS[moved.state]) if moved.state else str(moved.reason)
    return Scanned(code, card, is_done=moved.is_done, words=words)
