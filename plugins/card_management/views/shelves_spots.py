"""The master of storage: made in bulk, labelled, walked in an order of its own; and rules for new cards."""

import unicodedata
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi import clock
from madoguchi.accounts.desk import lists, undoing
from madoguchi.accounts.desk.undoing import MovedOn
from madoguchi.accounts.services import actor_of
from madoguchi.accounts.sight import eyes_of
from madoguchi.documents.viewing import inline_pdf, reading_page
from madoguchi.errors import DomainError
from madoguchi.ledger.audit.actors import Actor
from madoguchi.web.access import requires
from plugins.card_management.declarations import KIND_LABELS, VIEW_CARDS
from plugins.card_management.declarations.shelves import KEEP, SHELVE
from plugins.card_management.forms.shelves import MakeSpotsForm, RuleForm, SpotForm, WhereForm
from plugins.card_management.queries import shelves as queries
from plugins.card_management.rules.facts import Kind
from plugins.card_management.rules.shelves_codes import Code, code_of
from plugins.card_management.services import shelves_papers, shelves_spots
from plugins.card_management.views.shelves import FOLDER, note_read, rights, show
from plugins.card_management.views.shelves_tables import SPOTS, state_mark

SHOWN_NAMES = 6
UNDO_RULE: Final = "card_management.shelf_rule_removed"


@requires(VIEW_CARDS)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List the spots with how full they are."""
    return lists.show(
        request,
        table=SPOTS,
        rows=queries.spots(eyes=eyes_of(request)),
        template=f"{FOLDER}/spots.html",
        context=rights(request),
    )


@requires(KEEP)
@require_http_methods(["GET", "HEAD", "POST"])
def make(request: HttpRequest) -> HttpResponse:
    """Make spots in bulk: described, looked at, made."""
    places = queries.places_of(eyes_of(request))
    form = MakeSpotsForm(request.POST if request.method == "POST" else None, places=places)
    names: list[str] = []
    if request.method == "POST" and form.is_valid():
        if "make" in request.POST:
            return _make(request, form)
        names = form.names
    context = {"form": form, "names": _shortened(names), "count": len(names)}
    return show(request, "spots_make", context, status=422 if form.errors else 200)


def _make(request: HttpRequest, form: MakeSpotsForm) -> HttpResponse:
    try:
        made = shelves_spots.make(
            place_id=UUID(form.cleaned_data["place"]),
            layout=form.layout,
            capacity=form.cleaned_data["capacity"],
            actor=actor_of(request),
            now=clock.now(),
        )
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect("cards:spots_make")
    text = _("%(count)sか所を作りました。") % {"count": made.count}
    if made.known:
        text += _("同じ名前の%(known)sか所は、もうあるので作りませんでした。") % {"known": made.known}
    messages.success(request, text)
    return redirect("cards:spots")


def _shortened(names: list[str]) -> list[str]:
    """Show the first and the last of many names."""
    if len(names) <= 2 * SHOWN_NAMES:
        return names
    return [*names[:SHOWN_NAMES], "…", *names[-SHOWN_NAMES:]]


@requires(VIEW_CARDS)
@require_safe
def spot(request: HttpRequest, spot_id: UUID) -> HttpResponse:
    """Show what lies in a spot."""
    found = queries.spot(spot_id=spot_id, eyes=eyes_of(request))
    form = SpotForm(initial={"capacity": found.capacity, "is_open": found.is_open})
    return _show_spot(request, found, form)


@requires(KEEP)
@require_POST
def spot_change(request: HttpRequest, spot_id: UUID) -> HttpResponse:
    """Change how much a spot takes, or close it."""
    found = queries.spot(spot_id=spot_id, eyes=eyes_of(request))
    form = SpotForm(request.POST)
    if not form.is_valid():
        return _show_spot(request, found, form)
    shelves_spots.change(spot_id=spot_id, actor=actor_of(request), now=clock.now(), **form.cleaned_data)
    messages.success(request, _("変えました。"))
    return redirect("cards:spot", spot_id)


def _show_spot(request: HttpRequest, found: Any, form: SpotForm) -> HttpResponse:
    cards = queries.shelf_cards(queries.cards_in(spot_id=found.pk), eyes=eyes_of(request))
    note_read(request, "spot_cards", [card.id for card in cards])
    context = {
        "spot": found,
        "code": code_of(kind=Code.SPOT, number=found.number),
        "cards": [(card, state_mark(card)) for card in cards],
        "form": form,
    }
    return show(request, "spot", context, status=422 if form.errors else 200)


@requires(KEEP)
@require_http_methods(["GET", "HEAD", "POST"])
def order(request: HttpRequest) -> HttpResponse:
    """Choose in which order the cabinets of a place are walked."""
    places = queries.places_of(eyes_of(request))
    place_id, _day = WhereForm(request.GET).chosen(places=places, today=clock.today())
    known = queries.cabinets(place_id=place_id) if place_id else []
    typed = {name: str(step) for step, name in enumerate(known, 1)}
    wrong: list[str] = []
    if request.method == "POST" and place_id:
        typed = {name: request.POST.get(f"order-{step}", "")[:20] for step, name in enumerate(known)}
        steps = {name: _number(text) for name, text in typed.items()}
        wrong = [name for name, step in steps.items() if step is None]
        if not wrong:
            return _put_in_order(request, place_id, sorted(known, key=lambda name: steps[name] or 0))
    context = {
        "places": places,
        "place_id": place_id,
        "cabinets": [(step, name, typed[name], name in wrong) for step, name in enumerate(known)],
        "wrong": wrong,
    }
    return show(request, "spots_order", context, status=422 if wrong else 200)


def _put_in_order(request: HttpRequest, place_id: UUID, cabinets: list[str]) -> HttpResponse:
    shelves_spots.put_in_order(place_id=place_id, cabinets=cabinets, actor=actor_of(request), now=clock.now())
    messages.success(request, _("棚を回る順番を変えました。"))
    return redirect(f"{request.path}?place={place_id}")


def _number(typed: str) -> int | None:
    """Read a number as people type it, with the input method on or off; None where it is none."""
    plain = unicodedata.normalize("NFKC", typed).strip()
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) < 5 else None


@requires(SHELVE)
@require_safe
def labels(request: HttpRequest) -> HttpResponse:
    """Set labels of spots as PDF, in the browser's own viewer."""
    eyes = eyes_of(request)
    found = queries.spots(eyes=eyes).order_by("place", "walk")
    place, cabinet = request.GET.get("place", ""), request.GET.get("cabinet", "")[:20]
    if place in {str(each.id) for each in queries.places_of(eyes)}:
        found = found.filter(place_id=place)
    if cabinet:
        found = found.filter(cabinet=cabinet)
    if request.GET.get("as") != "sheet":
        if found.count() > shelves_papers.MOST_LABELS:
            text = _("ラベルは一度に%(most)s枚までです。残りは、一覧を場所や棚で絞り込んでから印刷します。")
            messages.warning(request, text % {"most": shelves_papers.MOST_LABELS})
        query = request.GET.copy()
        query["as"] = "sheet"
        return reading_page(
            request,
            pdf=f"{request.path}?{query.urlencode()}",
            title=_("保管場所のラベル"),
            back=reverse("cards:spots"),
        )
    chosen = [
        shelves_papers.Label(Code.SPOT, each.number, each.name, each.place.name)
        for each in found[: shelves_papers.MOST_LABELS]
    ]
    pdf = shelves_papers.set_labels(title=_("保管場所のラベル"), labels=chosen, now=clock.now())
    return inline_pdf(pdf, name="labels")


@requires(KEEP)
@require_http_methods(["GET", "HEAD", "POST"])
def rules(request: HttpRequest) -> HttpResponse:
    """Show and add the rules by which new cards get their spots."""
    form = RuleForm(
        request.POST if request.method == "POST" else None, places=queries.places_of(eyes_of(request))
    )
    if request.method == "POST" and form.is_valid():
        typed: dict[str, Any] = {**form.cleaned_data, "kana_rows": "".join(form.cleaned_data["kana_rows"])}
        shelves_spots.add_rule(
            place_id=UUID(typed.pop("place")), conditions=typed, actor=actor_of(request), now=clock.now()
        )
        messages.success(request, _("割り当ての決まりを加えました。"))
        return redirect("cards:shelf_rules")
    rows = [(rule, KIND_LABELS[Kind(rule.kind)] if rule.kind else "") for rule in queries.rules()]
    return show(request, "rules", {"form": form, "rules": rows}, status=422 if form.errors else 200)


@requires(KEEP)
@require_POST
def rule_remove(request: HttpRequest, rule_id: UUID) -> HttpResponse:
    """Take a rule away, with a way back."""
    said = shelves_spots.remove_rule(rule_id=rule_id, actor=actor_of(request), now=clock.now())
    address = reverse("cards:shelf_rules")
    text = _("割り当ての決まりを消しました。")
    undoing.offer(request, kind=UNDO_RULE, text=text, values=said, back_url=address)
    return redirect(address)


def bring_rule_back(*, values: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    """Put a rule back that was taken away.

    Raises MovedOn.
    """
    try:
        shelves_spots.bring_rule_back(said=values, actor=actor, now=now)
    except shelves_spots.RuleNotFound as refusal:
        raise MovedOn from refusal
