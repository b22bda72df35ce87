"""The register beside the cards: what it says against them, and whose they are."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi import clock
from madoguchi.accounts.desk import lists, undoing
from madoguchi.accounts.services import actor_of
from madoguchi.accounts.sight import eyes_of
from madoguchi.errors import DomainError
from madoguchi.ledger.audit import services as audit
from madoguchi.web.access import requires
from plugins.card_management.declarations import FLAG_LABELS, VIEW_CARDS
from plugins.card_management.declarations.register import (
    CHOOSE_POSTCODES,
    CLEAR_FLAGS,
    KEEP_SOURCES,
    MATCH_RENEWALS,
    REASON_WORDS,
    STANDING_LABELS,
    STANDING_MARKS,
    TROUBLE_WORDS,
    VIEW_REGISTER,
)
from plugins.card_management.forms.register import ReasonForm
from plugins.card_management.queries import register as queries
from plugins.card_management.rules.facts import Flag
from plugins.card_management.rules.register_reasons import Standing
from plugins.card_management.services import register_flags, register_following
from plugins.card_management.views.parts import CardPart
from plugins.card_management.views.register_tables import FLAGS, RESIDENTS, UNMATCHED, flag_mark

FOLDER: Final = "card_management/register"
CARD: Final = "card_management.card"
RESIDENT: Final = "card_management.resident"


def show(request: HttpRequest, page: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """Show a page of this room; nothing of it is kept anywhere."""
    may = {
        "may_keep": request.user.has_permission(KEEP_SOURCES),  # type: ignore[union-attr]
        "may_clear": request.user.has_permission(CLEAR_FLAGS),  # type: ignore[union-attr]
        "may_choose": request.user.has_permission(CHOOSE_POSTCODES),  # type: ignore[union-attr]
        "may_match": request.user.has_permission(MATCH_RENEWALS),  # type: ignore[union-attr]
    }
    response = render(request, f"{FOLDER}/{page}.html", {**may, **context}, status=status)
    response["Cache-Control"] = "no-store"
    return response


def note_read(request: HttpRequest, purpose: str, ids: Iterable[object], *, kind: str = CARD) -> None:
    """Write down whose data were shown."""
    shown = [str(each) for each in ids]
    if shown:
        audit.record_read(
            actor=actor_of(request),
            object_type=kind,
            object_ids=shown,
            purpose=f"card_management.{purpose}",
            now=clock.now(),
        )


def recording(
    request: HttpRequest, purpose: str, key: Callable[[Any], object], *, kind: str = CARD
) -> Callable[[Sequence[Any]], None]:
    """Give what writes down whose data a list showed."""

    def record(rows: Sequence[Any]) -> None:
        note_read(request, purpose, [key(row) for row in rows], kind=kind)

    return record


@requires(VIEW_REGISTER)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Show how the link with the register fares, and what waits for a person."""
    now = clock.now()
    context = {
        "figures": queries.figures(eyes=eyes_of(request)),
        "sources": [
            (source, TROUBLE_WORDS.get(source.problem, "") if source.problem else "")
            for source in queries.sources()
        ],
        "missing": queries.missing(now=now),
        "stopped": queries.stopped(),
        "last_data": queries.last_data(),
        "postcodes": reverse("cards:register_postcodes")
        if request.user.has_permission(CHOOSE_POSTCODES)  # type: ignore[union-attr]
        else "",
    }
    return show(request, "index", context)


@requires(VIEW_REGISTER)
@require_safe
def residents(request: HttpRequest) -> HttpResponse:
    """List the residents that the register told of; of the resident code only the end is shown."""
    return lists.show(
        request,
        table=RESIDENTS,
        rows=queries.residents(eyes=eyes_of(request)),
        template=f"{FOLDER}/residents.html",
        recording=recording(request, "resident_list", lambda view: view.id, kind=RESIDENT),
    )


@requires(VIEW_CARDS)
@require_safe
def flags(request: HttpRequest) -> HttpResponse:
    """List the cards against which the register says something."""
    return lists.show(
        request,
        table=FLAGS,
        rows=queries.flagged(eyes=eyes_of(request)),
        template=f"{FOLDER}/flags.html",
        recording=recording(request, "flag_list", lambda view: view.row.card_id),
    )


@requires(VIEW_REGISTER)
@require_safe
def unmatched(request: HttpRequest) -> HttpResponse:
    """List the cards whose holder in the register a person has to choose."""
    return lists.show(
        request,
        table=UNMATCHED,
        rows=queries.unmatched(eyes=eyes_of(request)),
        template=f"{FOLDER}/unmatched.html",
        recording=recording(request, "holder_page", lambda view: view.id),
    )


@requires(VIEW_CARDS)
@require_safe
def flag(request: HttpRequest, card_id: UUID) -> HttpResponse:
    """Show what the register says against a card."""
    return _flag(request, card_id, ReasonForm())


@requires(CLEAR_FLAGS)
@require_POST
def clear(request: HttpRequest, card_id: UUID) -> HttpResponse:
    """Take a flag away with a reason."""
    form = ReasonForm(request.POST)
    if queries.card_of(card_id=card_id, eyes=eyes_of(request)) is None:
        raise Http404
    if form.is_valid() and _clear(request, card_id, form.cleaned_data["reason"]):
        return redirect("cards:register_flag", card_id)
    return _flag(request, card_id, form)


def _flag(request: HttpRequest, card_id: UUID, form: ReasonForm) -> HttpResponse:
    card = queries.card_of(card_id=card_id, eyes=eyes_of(request))
    if card is None:
        raise Http404
    note_read(request, "flag_page", [card_id])
    context = {
        "card": card,
        "resident": _resident(request, card_id),
        "marks": [(mark, flag_mark(mark.flag), _cause(mark), why) for mark, why in _marks(request, card_id)],
        "flags": [(value, FLAG_LABELS[Flag(value)]) for value in card.flags],
        "form": form,
    }
    return show(request, "flag", context, status=422 if form.errors else 200)


def _marks(request: HttpRequest, card_id: UUID) -> list[tuple[Any, str]]:
    # Why a flag was taken away may name somebody: only whoever may do it reads it.
    may_read = request.user.has_permission(CLEAR_FLAGS)  # type: ignore[union-attr]
    return [(mark, why if may_read else "") for mark, why in queries.marks_of(card_id=card_id)]


def _cause(mark: Any) -> str:
    return str(REASON_WORDS.get(mark.cause, "—"))


def _clear(request: HttpRequest, card_id: UUID, reason: str) -> bool:
    try:
        mark = register_flags.clear(
            card_id=card_id,
            flag=Flag(request.POST.get("flag", "")),
            reason=reason,
            actor=actor_of(request),
            now=clock.now(),
        )
    except (DomainError, ValueError) as refusal:
        text = str(refusal) if isinstance(refusal, DomainError) else _("消す印を選んでください。")
        messages.error(request, text)
        return False
    undoing.offer(
        request,
        kind=register_flags.UNDO,
        text=_("印を消しました。同じ内容の異動では、もう付きません。"),
        values={"mark": str(mark)},
        back_url=reverse("cards:register_flag", args=[card_id]),
    )
    return True


@requires(CLEAR_FLAGS)
@require_http_methods(["GET", "HEAD", "POST"])
def holder(request: HttpRequest, card_id: UUID) -> HttpResponse:
    """Choose whose card it is in the register, where several may be meant."""
    eyes = eyes_of(request)
    card = queries.card_of(card_id=card_id, eyes=eyes)
    if card is None:
        raise Http404
    among = queries.resident_candidates(card_id=card_id, eyes=eyes)
    if request.method == "POST":
        chosen = next((each.id for each in among if str(each.id) == request.POST.get("resident")), None)
        if chosen is not None:
            now = clock.now()
            register_following.choose(card_id=card_id, resident_id=chosen, actor=actor_of(request), now=now)
            messages.success(request, _("カードの本人を決めました。"))
            return redirect("cards:register_flag", card_id)
        messages.error(request, _("本人を選んでください。"))
    note_read(request, "holder_page", [card_id])
    note_read(request, "holder_page", [each.id for each in among], kind=RESIDENT)
    return show(request, "holder", {"card": card, "among": [(each, *_standing(each)) for each in among]})


def _standing(view: Any) -> tuple[str, Any]:
    standing = Standing(view.row.standing)
    return STANDING_MARKS[standing], STANDING_LABELS[standing]


def _resident(request: HttpRequest, card_id: UUID) -> dict[str, Any] | None:
    """Show the holder in the register, to whom may see it."""
    if not request.user.has_permission(VIEW_REGISTER):  # type: ignore[union-attr]
        return None
    view = queries.resident_of_card(card_id=card_id, eyes=eyes_of(request))
    if view is None:
        return None
    note_read(request, "resident_of_card", [view.id], kind=RESIDENT)
    mark, label = _standing(view)
    return {"view": view, "mark": mark, "label": label, "reason": REASON_WORDS.get(view.row.reason, "—")}


def of_card(request: HttpRequest, card_id: UUID) -> Iterable[CardPart]:
    """Show on a person's screen what the register says; nothing where it is not connected."""
    resident = _resident(request, card_id)
    marks = [(mark, flag_mark(mark.flag), _cause(mark)) for mark, _why in queries.marks_of(card_id=card_id)]
    if resident is None and not marks:
        return ()
    context = {"card_id": card_id, "resident": resident, "marks": marks}
    return (CardPart(template=f"{FOLDER}/of_card.html", permission=VIEW_CARDS, context=context, order=40),)
