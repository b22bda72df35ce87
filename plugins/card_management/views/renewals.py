"""The renewal list against the cards that were made (NAN-25, NAN-26)."""

from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi import clock
from madoguchi.accounts.desk import lists
from madoguchi.accounts.services import actor_of
from madoguchi.accounts.sight import eyes_of
from madoguchi.errors import DomainError
from madoguchi.web.access import requires
from plugins.card_management.declarations.register import (
    EXCEPTION_LABELS,
    MATCH_LABELS,
    MATCH_MARKS,
    MATCH_RENEWALS,
)
from plugins.card_management.queries import register as queries
from plugins.card_management.services import renewals as services
from plugins.card_management.tasks import register as tasks
from plugins.card_management.views.register import FOLDER, note_read, recording, show
from plugins.card_management.views.register_tables import ONLY_ISSUED, RENEWALS, card_state

TARGET: Final = services.OBJECT
_FIGURES: Final = (
    ("both", gettext_lazy("一致"), "?state=both"),
    ("only_list", gettext_lazy("対象者リストだけ"), "?state=only_list"),
    ("conflict", gettext_lazy("くい違い"), "?state=conflict"),
)


def _figures() -> list[dict[str, Any]]:
    counts, here = queries.renewal_counts(), reverse("cards:register_renewals")
    found = [
        {"label": label, "value": counts[name], "url": f"{here}{query}"} for name, label, query in _FIGURES
    ]
    issued = {"label": _("作成データだけ"), "value": counts["only_issued"]}
    exceptions = {"label": _("例外（死亡・転出・期限切れ）"), "value": counts["exception"]}
    return [
        *found,
        {**issued, "url": reverse("cards:register_renewals_issued")},
        {**exceptions, "url": reverse("cards:register_renewals_exceptions")},
    ]


@requires(MATCH_RENEWALS)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Show the renewal list with its matches."""
    return lists.show(
        request,
        table=RENEWALS,
        rows=queries.renewals(eyes=eyes_of(request)),
        template=f"{FOLDER}/renewals.html",
        context={"figures": _figures(), "here": "all"},
        recording=recording(request, "renewal_list", lambda view: view.id, kind=TARGET),
    )


@requires(MATCH_RENEWALS)
@require_safe
def exceptions(request: HttpRequest) -> HttpResponse:
    """Show those who died, moved away, or whose card has expired."""
    rows = queries.renewals(eyes=eyes_of(request), has_exception=True)
    return lists.show(
        request,
        table=RENEWALS,
        rows=rows,
        template=f"{FOLDER}/renewals.html",
        context={"figures": _figures(), "here": "exceptions"},
        recording=recording(request, "renewal_list", lambda view: view.id, kind=TARGET),
    )


@requires(MATCH_RENEWALS)
@require_safe
def issued(request: HttpRequest) -> HttpResponse:
    """Show the cards made for a renewal whose holders stand on no list."""
    return lists.show(
        request,
        table=ONLY_ISSUED,
        rows=queries.only_issued(eyes=eyes_of(request)),
        template=f"{FOLDER}/renewals.html",
        context={"figures": _figures(), "here": "issued"},
        recording=recording(request, "renewal_list", lambda view: view.id),
    )


@requires(MATCH_RENEWALS)
@require_POST
def match(request: HttpRequest) -> HttpResponse:
    """Have a worker match the list again, as after new cards came in."""
    tasks.match_renewals.delay_on_commit()
    messages.success(request, _("突き合わせています。少し待ってから、画面を読み込み直してください。"))
    return redirect("cards:register_renewals")


@requires(MATCH_RENEWALS)
@require_http_methods(["GET", "HEAD", "POST"])
def target(request: HttpRequest, target_id: UUID) -> HttpResponse:
    """Show one person of the list beside the cards that may be theirs, and settle it."""
    eyes = eyes_of(request)
    view = queries.renewal(target_id=target_id, eyes=eyes)
    if view is None:
        raise Http404
    cards = queries.renewal_cards(cards=services.candidates(view.row), eyes=eyes)
    if request.method == "POST":
        return _settle(request, target_id, [str(card.id) for card in cards])
    note_read(request, "renewal_page", [target_id], kind=TARGET)
    note_read(request, "renewal_page", [card.id for card in cards])
    context = {
        "view": view,
        "mark": MATCH_MARKS[view.row.state],
        "state": MATCH_LABELS[view.row.state],
        "exception": EXCEPTION_LABELS.get(view.row.exception, ""),
        "cards": [(card, card_state(card.row)) for card in cards],
    }
    return show(request, "renewal", context)


def _settle(request: HttpRequest, target_id: UUID, offered: list[str]) -> HttpResponse:
    chosen = request.POST.get("card", "")
    if chosen not in (*offered, "none"):
        messages.error(request, _("カードを選んでください。"))
        return redirect("cards:register_renewal", target_id)
    try:
        services.settle(
            target_id=target_id,
            card_id=None if chosen == "none" else UUID(chosen),
            actor=actor_of(request),
            now=clock.now(),
        )
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect("cards:register_renewal", target_id)
    messages.success(request, _("突合せの結果を決めました。"))
    return redirect("cards:register_renewals")
