"""The counter's way to hand a card over: read the label, compare, and only then "handed over"."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from madoguchi import clock
from madoguchi.accounts.desk import sought, undoing
from madoguchi.accounts.desk.undoing import MovedOn
from madoguchi.accounts.services import actor_of
from madoguchi.accounts.sight import eyes_of
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import Actor
from madoguchi.web.access import requires
from plugins.card_management import queries
from plugins.card_management.declarations import MOVE_CARDS
from plugins.card_management.declarations.handover import OVERRIDE
from plugins.card_management.forms.handover import CompareForm, OverrideForm, ScanForm
from plugins.card_management.rules.life_cycle import Action, ImpossibleMove
from plugins.card_management.services import (
    booked,
    guards,
    handover,
    handover_overrides,
    handover_records,
    moving,
)
from plugins.card_management.services.codes import cards_of_code
from plugins.card_management.views.handover_chip import door, let_in
from plugins.card_management.views.handover_parts import context_of
from plugins.card_management.views.handover_visits import ended, lost
from plugins.card_management.views.notes import first

OBJECT = "card_management.card"
PURPOSE = "card_management.hand_over_page"
UNDO = "card_management.hand_over"
PURPOSES = {"hand_over": "hand_over", "notice": "notice"}


@requires(MOVE_CARDS)
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """Read the label of a card and the slip of a booking."""
    now, eyes = clock.now(), eyes_of(request)
    form = ScanForm(request.POST if request.method == "POST" else None)
    choices: list[tuple[queries.CardView, str]] = []
    if request.method == "POST" and form.is_valid():
        found = list(queries.named(cards_of_code(code=form.cleaned_data["label"]), eyes=eyes))
        address = "?find=" + sought.keep(form.cleaned_data, purpose=PURPOSE, now=now)
        if len(found) == 1:
            return redirect(reverse("cards:handover_card", args=[found[0]]) + address)
        choices = [(queries.find(card_id=card, eyes=eyes), address) for card in found]
        if not found:
            form.add_error("label", _("このラベルのカードは見つかりません。もう一度読み取ってください"))
        _record(request, [card.id for card, _address in choices], now)
    context = {"form": form, "choices": choices, "may_compare": handover_records.may_compare(eyes=eyes)}
    return render(request, "card_management/handover/start.html", context, status=422 if form.errors else 200)


@requires(MOVE_CARDS)
@require_http_methods(["GET", "HEAD", "POST"])
def card(request: HttpRequest, card_id: UUID) -> HttpResponse:
    """Show what stands against handing a card over, and compare label, booking and person."""
    now, eyes = clock.now(), eyes_of(request)
    found = queries.find(card_id=card_id, eyes=eyes)
    form = _form(request, card_id, now) if handover_records.may_compare(eyes=eyes) else None
    if form is not None and request.method == "POST" and form.is_valid():
        evidence = form.evidence()
        compared = handover.compare(card_id=card_id, evidence=evidence, actor=actor_of(request), now=now)
        if compared.is_passed:
            return redirect("cards:handover_card", card_id)
        # What was typed stays, so that only the slip has to be mended.
    _record(request, [card_id], now)
    context = {**context_of(request, found, now=now), **first(request, cards=[card_id]), "form": form}
    return _page(request, "card", context, is_wrong=bool(form and form.errors))


@requires(MOVE_CARDS)
@require_POST
def done(request: HttpRequest, card_id: UUID) -> HttpResponse:
    """Hand a card over, where nothing stands against it."""
    now, eyes = clock.now(), eyes_of(request)
    found = queries.find(card_id=card_id, eyes=eyes)
    visit = booked.visit_ahead(card_id=card_id, now=now)
    try:
        moving.move(card_id=card_id, action=Action.HAND_OVER, actor=actor_of(request), now=now)
    except (ImpossibleMove, guards.HandOverRefused) as refusal:
        messages.error(request, str(refusal))
        return redirect("cards:handover_card", card_id)
    undoing.offer(
        request,
        kind=UNDO,
        text=_("%(number)s を「交付済み」にしました。") % {"number": found.reference} + ended(visit),
        values={
            "card": str(card_id),
            "movement": moving.last_move(card_id=card_id),
            "ended_visit": visit is not None,
        },
        back_url=reverse("cards:handover_card", args=[card_id]),
    )
    return redirect("cards:handover_card", card_id)


@requires(OVERRIDE)
@require_http_methods(["GET", "HEAD", "POST"])
def override(request: HttpRequest, card_id: UUID) -> HttpResponse:
    """Look past the warnings of a card for today, with a reason."""
    now, eyes = clock.now(), eyes_of(request)
    purpose = PURPOSES.get(request.GET.get("for", ""), "hand_over")
    found = queries.find(card_id=card_id, eyes=eyes)
    form = OverrideForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            handover_overrides.override(
                card_id=card_id,
                purpose=purpose,
                reason=form.cleaned_data["reason"],
                actor=actor_of(request),
                now=now,
            )
        except handover_overrides.NothingToOverride as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("理由を記録し、今日だけ認めました。"))
        return redirect("cards:handover_card" if purpose == "hand_over" else "cards:show", card_id)
    _record(request, [card_id], now)
    context = {**context_of(request, found, now=now), "form": form, "purpose": purpose}
    return _page(request, "override", context, is_wrong=bool(form.errors))


def take_back(*, values: Mapping[str, Any], actor: Actor, now: datetime) -> str:
    """Take a hand-over back, as it was, and say so where the visit did not come back with it.

    Raises MovedOn when the card moved again since.
    """
    try:
        moving.undo(card_id=UUID(values["card"]), actor=actor, now=now, movement=values["movement"])
    except ImpossibleMove as refusal:
        raise MovedOn from refusal
    return lost(values, now)


def _form(request: HttpRequest, card_id: UUID, now: datetime) -> CompareForm:
    _reference, held = handover_records.held(card_id=card_id)
    scanned = sought.read(request.GET.get("find", ""), purpose=PURPOSE, now=now)
    initial = {**scanned, "is_walk_in": bool(scanned) and not scanned.get("booking")}
    return CompareForm(
        request.POST if request.method == "POST" else None,
        initial=initial,
        has_bookings=handover_records.bookings(card_id=card_id) is not None,
        is_date=held.is_date,
    )


def _page(request: HttpRequest, name: str, context: dict[str, Any], *, is_wrong: bool) -> HttpResponse:
    way = door(request)
    status = 422 if is_wrong else 200
    page = render(request, f"card_management/handover/{name}.html", {**context, "chip": way}, status=status)
    return let_in(page, way)


def _record(request: HttpRequest, cards: list[UUID], now: datetime) -> None:
    if cards:
        audit.record_read(
            actor=actor_of(request),
            object_type=OBJECT,
            object_ids=[str(each) for each in cards],
            purpose=PURPOSE,
            now=now,
        )
