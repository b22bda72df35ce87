"""The pull list of a day in walking order: ticked or scanned, loud at a wrong card, marked where changed."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from madoguchi import clock
from madoguchi.accounts.desk import undoing
from madoguchi.accounts.desk.undoing import MovedOn
from madoguchi.accounts.services import actor_of
from madoguchi.accounts.sight import eyes_of
from madoguchi.documents.viewing import inline_pdf, reading_page
from madoguchi.ledger.audit.actors import Actor
from madoguchi.web.access import requires
from madoguchi.web.dates import japanese_time, short_era_date
from plugins.card_management.declarations import FLAG_LABELS, STATE_LABELS, VIEW_CARDS
from plugins.card_management.declarations.shelves import SHELVE
from plugins.card_management.forms.shelves import ScanForm, WhereForm
from plugins.card_management.queries import shelves as queries
from plugins.card_management.rules.facts import blocking
from plugins.card_management.rules.life_cycle import ImpossibleMove
from plugins.card_management.services import shelves_pulling as services
from plugins.card_management.services import shelves_reading
from plugins.card_management.services.moving import CardNotFound
from plugins.card_management.services.shelves_papers import Part, set_list
from plugins.card_management.views.shelves import chosen, note_read, read_before, show
from plugins.card_management.views.shelves_tables import state_mark
from plugins.card_management.views.shelves_told import tell_at

UNDO: Final = "card_management.pull_ticked"


def uuids(typed: list[str]) -> list[UUID]:
    """Read keys that a page sent; what is none is left out."""
    found = []
    for text in typed:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


@requires(VIEW_CARDS)
@require_safe
def pull(request: HttpRequest) -> HttpResponse:
    """Show the list of a place and day."""
    place_id, day = _asked(request)
    context: dict[str, Any] = {
        "places": queries.places_of(eyes_of(request)),
        "place_id": place_id,
        "day": day,
        **read_before(request),
        "act_url": f"{reverse('cards:pull_act')}?place={place_id}&day={day.isoformat()}",
    }
    if place_id is not None:
        context |= _listed(request, place_id, day)
        context["next_day"] = None if context["rows"] else services.next_day(place_id=place_id, after=day)
    return show(request, "pull", context)


@requires(SHELVE)
@require_POST
def pull_act(request: HttpRequest) -> HttpResponse:
    """Take what was fetched: scanned, ticked, confirmed or signed."""
    place_id, day = _asked(request)
    if place_id is None:
        return redirect("cards:pull")
    answer = _act(request, place_id, day)
    return answer if isinstance(answer, HttpResponse) else tell_at(request, _page(place_id, day), answer)


def _page(place_id: UUID, day: date) -> str:
    return f"{reverse('cards:pull')}?place={place_id}&day={day.isoformat()}"


def _asked(request: HttpRequest) -> tuple[UUID | None, date]:
    places = queries.places_of(eyes_of(request))
    return WhereForm(request.GET).chosen(places=places, today=clock.today())


def _act(request: HttpRequest, place_id: UUID, day: date) -> Any:
    act = request.POST.get("do", "")
    given: dict[str, Any] = {"place_id": place_id, "day": day, "actor": actor_of(request), "now": clock.now()}
    here = _page(place_id, day)
    if act == "scan":
        typed = request.POST.get("code", "")[:80]
        return services.scan(typed=typed, chosen=chosen(request), **given) if typed.strip() else None
    if act == "tick":
        own = set(services.cards_for(place_id=place_id, day=day).values_list("id", flat=True))
        ticked = [card for card in uuids(request.POST.getlist("card")) if card in own]
        moves = services.fetch(cards=ticked, scanned=False, actor=actor_of(request), now=clock.now())
        _tell_fetched(request, moves, back_url=here)
    elif act == "confirm":
        services.confirm(**given)
        messages.success(request, _("いまのリストを確かめました。このあとの変更に印が付きます。"))
    elif act == "sign":
        found = services.sign(**given)
        text = _("引き抜きを終えました（%(total)s件中%(done)s件、誤り%(wrong)s件）。")
        said = {"total": found.total, "done": found.done, "wrong": found.wrong}
        (messages.success if found.is_complete else messages.warning)(request, text % said)
    return redirect(here)


def _tell_fetched(request: HttpRequest, moves: Mapping[UUID, int], *, back_url: str) -> None:
    if not moves:
        messages.warning(request, _("印の付いたカードがありません。引き抜いたカードに印を付けてください。"))
        return
    undoing.offer(
        request,
        kind=UNDO,
        text=_("%(count)s枚を引き抜き済みにしました。") % {"count": len(moves)},
        values={"moves": {str(card): number for card, number in moves.items()}},
        back_url=back_url,
    )


def put_back_unfetched(*, values: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    """Take back that cards were ticked as fetched.

    Raises MovedOn when one of them was moved since.
    """
    moves = {UUID(card): int(number) for card, number in values["moves"].items()}
    try:
        services.unfetch(moves=moves, actor=actor, now=now)
    except (CardNotFound, ImpossibleMove) as refusal:
        raise MovedOn from refusal


def _listed(request: HttpRequest, place_id: UUID, day: date) -> dict[str, Any]:
    eyes = eyes_of(request)
    cards = queries.shelf_cards(services.cards_for(place_id=place_id, day=day), eyes=eyes)
    known = services.round_of(place_id=place_id, day=day)
    changed = services.changes(known=known, now_on=[card.id for card in cards])
    dropped = queries.shelf_cards(shelves_reading.cards(changed.dropped), eyes=eyes)
    note_read(request, "pull_list", [card.id for card in (*cards, *dropped)])
    return {
        "form": ScanForm(),
        "round": known,
        "rows": [_row(card, changed) for card in cards],
        "dropped": [(card, state_mark(card)) for card in dropped],
        "progress": services.progress(place_id=place_id, day=day),
        "under_way": services.under_way(place_id=place_id, day=day),
        "elsewhere": services.elsewhere(place_id=place_id, day=day),
        "handed_over": services.handed_over(place_id=place_id, day=day),
    }


def _row(card: queries.ShelfCard, changed: services.Changes) -> dict[str, Any]:
    return {
        "card": card,
        "mark": state_mark(card),
        "is_fetched": card.state in services.FETCHED,
        "is_added": card.id in changed.added,
        "flags": [FLAG_LABELS[flag] for flag in blocking(flags=card.flags)],
    }


@requires(VIEW_CARDS)
@require_safe
def paper(request: HttpRequest) -> HttpResponse:
    """Show the list on paper, in walking order, with a box to tick beside each card."""
    place_id, day = _asked(request)
    if place_id is None:
        return redirect("cards:pull")
    title = _("引き抜きリスト　%(day)s") % {"day": short_era_date(day)}
    query = f"place={place_id}&day={day.isoformat()}"
    if request.GET.get("as") != "sheet":
        back = f"{reverse('cards:pull')}?{query}"
        return reading_page(request, pdf=f"{request.path}?{query}&as=sheet", title=title, back=back)
    cards = queries.shelf_cards(services.cards_for(place_id=place_id, day=day), eyes=eyes_of(request))
    note_read(request, "pull_list", [card.id for card in cards])
    said = {"place": queries.place_names()[place_id], "count": len(cards)}
    pdf = set_list(
        title=title,
        note=_("%(place)s　%(count)s枚　棚を回る順に並んでいます。") % said,
        columns=(
            ("□", 3),
            (_("保管場所"), 14),
            (_("番号"), 11),
            (_("氏名"), 13),
            (_("予約"), 8),
            (_("状態"), 10),
        ),
        parts=(Part(rows=[_line(card) for card in cards]),),
        now=clock.now(),
    )
    return inline_pdf(pdf, name="pull-list")


def _line(card: queries.ShelfCard) -> tuple[str, ...]:
    return (
        _("済") if card.state in services.FETCHED else "□",
        card.storage or "—",
        card.reference,
        card.name,
        japanese_time(card.reserved_at) if card.reserved_at else "",
        str(STATE_LABELS[card.state]),
    )
