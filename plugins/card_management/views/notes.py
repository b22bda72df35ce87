"""Notes of staff: written, changed, taken away, and pinned ones read before the hand-over."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from madoguchi import clock
from madoguchi.accounts.desk import undoing
from madoguchi.accounts.desk.undoing import MovedOn
from madoguchi.accounts.services import actor_of
from madoguchi.accounts.sight import eyes_of
from madoguchi.ledger.audit.actors import Actor
from madoguchi.web.access import refuse, requires
from plugins.card_management import queries
from plugins.card_management.declarations import MOVE_CARDS, VIEW_NOTES, WRITE_NOTES
from plugins.card_management.forms.ledger import NoteForm
from plugins.card_management.services import notes
from plugins.card_management.views import reading

UNDO: Final = "card_management.note"
MOST_CARDS: Final = 20


@requires(WRITE_NOTES)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, card_id: UUID) -> HttpResponse:
    """Write a note about a card."""
    card = queries.find(card_id=card_id, eyes=eyes_of(request))
    form = NoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        notes.add(
            card_id=card_id,
            text=typed["text"],
            is_pinned=typed["is_pinned"],
            actor=actor_of(request),
            now=clock.now(),
        )
        messages.success(request, _("備考を書きました。"))
        return redirect("cards:show", card_id)
    return _page(request, form, {"card": card, "note": None})


@requires(WRITE_NOTES)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, note_id: UUID) -> HttpResponse:
    """Let a note say something else."""
    card = queries.find(card_id=notes.card_of(note_id=note_id), eyes=eyes_of(request))
    note = next((each for each in notes.of_cards(cards=[card.id]) if each.id == note_id), None)
    if note is None:
        raise notes.NoteNotFound(note=str(note_id))
    form = NoteForm(request.POST or None, initial={"text": note.text, "is_pinned": note.is_pinned})
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        notes.change(
            note_id=note_id,
            text=typed["text"],
            is_pinned=typed["is_pinned"],
            actor=actor_of(request),
            now=clock.now(),
        )
        messages.success(request, _("備考を書き直しました。前の内容は履歴に残ります。"))
        return redirect("cards:show", card.id)
    return _page(request, form, {"card": card, "note": note})


@requires(WRITE_NOTES)
@require_POST
def remove(request: HttpRequest, note_id: UUID) -> HttpResponse:
    """Take a note away, with a way back."""
    card = queries.find(card_id=notes.card_of(note_id=note_id), eyes=eyes_of(request))
    notes.remove(note_id=note_id, actor=actor_of(request), now=clock.now())
    address = reverse("cards:show", args=[card.id])
    undoing.offer(
        request, kind=UNDO, text=_("備考を削除しました。"), values={"note": str(note_id)}, back_url=address
    )
    return redirect(address)


def first(
    request: HttpRequest, *, cards: Sequence[UUID], opened: Sequence[notes.NoteView] | None = None
) -> dict[str, Any]:
    """Give what notes_first.html shows on a page: pinned notes nobody read yet, and where to say so."""
    known = (notes.of_cards(cards=cards) if opened is None else opened) if _may_read(request) else []
    found = [note for note in known if note.must_be_read]
    return {
        "must_read": found,
        "read_url": _address(cards, request.get_full_path()),
        "may_acknowledge": _may_acknowledge(request),
    }


def address_of_unread(request: HttpRequest, *, cards: Sequence[UUID], back: str) -> str:
    """Give the page of pinned notes that nobody read yet, empty where there are none for this person."""
    is_needed = bool(cards) and _may_read(request) and notes.has_to_read(cards=cards)
    return _address(cards, back) if is_needed else ""


def _may_read(request: HttpRequest) -> bool:
    return bool(request.user.has_permission(VIEW_NOTES))  # type: ignore[union-attr]


def _may_acknowledge(request: HttpRequest) -> bool:
    """Tell whether this person serves people: whoever only looks takes no warning away from the others."""
    return any(request.user.has_permission(each) for each in (MOVE_CARDS, WRITE_NOTES))  # type: ignore[union-attr]


def _address(cards: Sequence[UUID], back: str) -> str:
    query = urlencode([*(("card", str(card)) for card in cards), ("next", back)])
    return f"{reverse('cards:read_first')}?{query}"


@requires(VIEW_NOTES)
@require_http_methods(["GET", "HEAD", "POST"])
def read_first(request: HttpRequest) -> HttpResponse:
    """Show pinned notes before somebody is served, until somebody says that they were read."""
    back = _back(request)
    cards = queries.named(_cards(request), eyes=eyes_of(request))
    found = notes.to_read(cards=list(cards))
    if request.method == "POST":
        if not _may_acknowledge(request):
            refuse(request, permission=WRITE_NOTES)
        notes.acknowledge(notes=[note.id for note in found], actor=actor_of(request), now=clock.now())
        return redirect(back)
    if not found:
        return redirect(back)
    reading.record(request, cards={note.card for note in found}, purpose="card_management.note_read")
    shown = [(note, cards[note.card][0]) for note in found]
    context = {"notes": shown, "back": back, "may_acknowledge": _may_acknowledge(request)}
    return render(request, "card_management/read_first.html", context)


def bring_back(*, values: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    """Bring a note back that was taken away.

    Raises MovedOn.
    """
    try:
        notes.bring_back(note_id=UUID(values["note"]), actor=actor, now=now)
    except notes.NoteNotFound as refusal:
        raise MovedOn from refusal


def _page(request: HttpRequest, form: NoteForm, context: dict[str, Any]) -> HttpResponse:
    status = 422 if form.errors else 200
    reading.record(request, cards=[context["card"].id], purpose="card_management.note_read")
    return render(request, "card_management/note.html", {**context, "form": form}, status=status)


def _cards(request: HttpRequest) -> list[UUID]:
    found = []
    for text in request.GET.getlist("card")[:MOST_CARDS]:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


def _back(request: HttpRequest) -> str:
    wanted = request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) and wanted.startswith("/")
    return wanted if is_ours else reverse("cards:index")
