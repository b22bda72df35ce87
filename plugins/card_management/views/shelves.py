"""Where a card lies, and what waits to be done at the shelves."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi import clock
from madoguchi.accounts.desk import lists
from madoguchi.accounts.services import actor_of
from madoguchi.accounts.sight import eyes_of
from madoguchi.ledger.audit import services as audit
from madoguchi.web.access import requires
from plugins.card_management.declarations import STATE_LABELS, STATE_MARKS, VIEW_CARDS
from plugins.card_management.declarations.shelves import CARD, KEEP, SHELVE
from plugins.card_management.forms.shelves import FindForm, ScanForm
from plugins.card_management.queries import shelves as queries
from plugins.card_management.queries import shelves_forwarding
from plugins.card_management.queries.shelves import CardRows, ShelfCard
from plugins.card_management.rules.shelves_codes import Code, read
from plugins.card_management.services import (
    shelves_assigning,
    shelves_parcels,
    shelves_putting,
    shelves_reading,
    shelves_spots,
    shelves_tasks,
)
from plugins.card_management.services.moving import CardNotFound
from plugins.card_management.services.reach import may_see
from plugins.card_management.views.shelves_tables import UNPLACED
from plugins.card_management.views.shelves_told import tell_at, told

FOLDER = "card_management/shelves"


def rights(request: HttpRequest) -> dict[str, bool]:
    """Tell templates what this person may do at the shelves."""
    person = request.user
    return {
        "may_shelve": person.has_permission(SHELVE),  # type: ignore[union-attr]
        "may_keep": person.has_permission(KEEP),  # type: ignore[union-attr]
    }


def show(request: HttpRequest, page: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """Show a page of this room; nothing of it is kept anywhere."""
    response = render(request, f"{FOLDER}/{page}.html", {**rights(request), **context}, status=status)
    response["Cache-Control"] = "no-store"
    return response


def recording(request: HttpRequest, purpose: str) -> Callable[[Sequence[Any]], None]:
    """Give what writes down which cards a list showed."""

    def record(rows: Sequence[Any]) -> None:
        note_read(request, purpose, [getattr(row, "card", row).id for row in rows])

    return record


def note_read(request: HttpRequest, purpose: str, cards: Iterable[UUID]) -> None:
    """Write down which cards were shown."""
    shown = [str(card) for card in cards]
    if shown:
        audit.record_read(
            actor=actor_of(request),
            object_type=CARD,
            object_ids=shown,
            purpose=f"card_management.{purpose}",
            now=clock.now(),
        )


@requires(VIEW_CARDS)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Ask which card is looked for, and tell what waits at the shelves."""
    return _show_index(request, FindForm(), found=None)


@requires(VIEW_CARDS)
@require_POST
def find(request: HttpRequest) -> HttpResponse:
    """Tell where a card lies, by scan or number, which stays out of the address."""
    form = FindForm(request.POST)
    if not form.is_valid():
        return _show_index(request, form, found=None)
    eyes = eyes_of(request)
    scanned = read(form.cleaned_data["code"])
    if scanned.kind is Code.SPOT:
        spot = queries.spot_of_number(number=scanned.number, eyes=eyes)
        return redirect("cards:spot", spot.pk)
    rows = shelves_reading.cards(shelves_reading.cards_of(scanned.text))
    found = queries.shelf_cards(shelves_reading.seen_by(rows, eyes=eyes), eyes=eyes)
    note_read(request, "where_is", [card.id for card in found])
    return _show_index(request, form, found=found)


def _show_index(request: HttpRequest, form: FindForm, *, found: Sequence[ShelfCard] | None) -> HttpResponse:
    eyes, today = eyes_of(request), clock.today()
    context = {
        "form": form,
        "found": None if found is None else [(card, _mark(card)) for card in found],
        "figures": {
            "not_located": queries.not_located(eyes=eyes).count(),
            "tasks": shelves_tasks.count_open(eyes=eyes),
            "travels": len(shelves_forwarding.travels(today=today, eyes=eyes)),
            "overdue": shelves_parcels.overdue(today=today, eyes=eyes),
            "differences": shelves_parcels.differences(eyes=eyes),
        },
    }
    return show(request, "index", context, status=422 if form.errors else 200)


def _mark(card: ShelfCard) -> tuple[str, Any]:
    return STATE_MARKS[card.state], STATE_LABELS[card.state]


@requires(SHELVE)
@require_http_methods(["GET", "HEAD", "POST"])
def put(request: HttpRequest) -> HttpResponse:
    """Put cards into spots by scan: first the spot, then one card after the other."""
    spot = _spot_asked(request)
    if request.method == "POST":
        return _scanned(request, spot)
    context = {
        "form": ScanForm(),
        "spot": spot,
        **read_before(request),
        "moves": queries.last_moves(actor_id=actor_of(request).id),
    }
    return show(request, "put", context)


def _scanned(request: HttpRequest, spot: Any) -> HttpResponse:
    form, read_one = ScanForm(request.POST), None
    if form.is_valid() and form.cleaned_data["code"]:
        scanned = read(form.cleaned_data["code"])
        if scanned.kind is Code.SPOT:
            found = queries.spot_of_number(number=scanned.number, eyes=eyes_of(request))
            return redirect(f"{request.path}?spot={found.pk}")
        read_one = _put_one(request, spot, scanned.text, is_card=scanned.kind is Code.CARD)
    return tell_at(request, request.get_full_path(), read_one)


def read_before(request: HttpRequest) -> dict[str, Any]:
    """Give a template what became of the scan before, and the cards of its number where one is chosen."""
    read_one, code = told(request)
    eyes, among = eyes_of(request), read_one.among if read_one else ()
    found = queries.shelf_cards(shelves_reading.seen_by(shelves_reading.cards(among), eyes=eyes), eyes=eyes)
    note_read(request, "where_is", [card.id for card in found])
    return {"read": read_one, "choices": [(card, _mark(card)) for card in found], "typed": code}


def chosen(request: HttpRequest) -> UUID | None:
    """Read which of the cards of one number somebody chose."""
    try:
        return UUID(request.POST.get("card", ""))
    except ValueError:
        return None


def _spot_asked(request: HttpRequest) -> Any:
    typed = request.GET.get("spot", "")
    try:
        return queries.spot(spot_id=UUID(typed), eyes=eyes_of(request)) if typed else None
    except (ValueError, shelves_spots.SpotNotFound):
        return None


def _put_one(request: HttpRequest, spot: Any, text: str, *, is_card: bool) -> shelves_reading.Read:
    shown = shelves_reading.tail(text)
    if spot is None:
        return shelves_reading.Read(
            is_good=False, text=_("先に、保管場所のコードを読み取ってください。"), code=shown
        )
    cards = shelves_reading.cards_of(text) if is_card else []
    if len(cards) > 1:
        cards = [card for card in cards if str(card) == request.POST.get("card")] or cards
    if len(cards) > 1:
        return shelves_reading.ask(shelves_reading.Picked(among=tuple(cards)), code=shown)
    try:
        if not cards or not may_see(eyes_of(request), card_id=cards[0]):
            raise CardNotFound
        shelves_putting.put(card_id=cards[0], spot_id=spot.pk, actor=actor_of(request), now=clock.now())
    except shelves_putting.REFUSALS as refusal:
        return shelves_reading.Read(is_good=False, text=str(refusal), code=shown)
    text = _("%(spot)s に置きました。") % {"spot": spot.name}
    return shelves_reading.Read(is_good=True, text=text, code=shown, card=cards[0])


@requires(VIEW_CARDS)
@require_safe
def unplaced(request: HttpRequest) -> HttpResponse:
    """List the cards of which nobody knows where they lie."""
    eyes = eyes_of(request)
    rows = CardRows(found=queries.not_located(eyes=eyes), eyes=eyes)
    context = {"has_rules": bool(queries.rules()), **rights(request)}
    return lists.show(
        request,
        table=UNPLACED,
        rows=rows,
        template=f"{FOLDER}/unplaced.html",
        context=context,
        recording=recording(request, "not_located"),
    )


@requires(SHELVE)
@require_POST
def assign(request: HttpRequest) -> HttpResponse:
    """Give cards without a spot the next free one by the rules."""
    waiting = queries.not_located(eyes=eyes_of(request))
    done = shelves_assigning.assign(
        cards=waiting, actor=actor_of(request), now=clock.now(), by_rules="all" in request.POST
    )
    if done.count:
        messages.success(request, _("%(count)s枚の保管場所を決めました。") % {"count": done.count})
    if done.left:
        text = _("%(count)s枚は、合う決まりや空いた場所がなく、決められませんでした。")
        messages.warning(request, text % {"count": done.left})
    if not done.count and not done.left:
        messages.info(request, _("決められるカードはありませんでした。"))
    return redirect("cards:unplaced")
