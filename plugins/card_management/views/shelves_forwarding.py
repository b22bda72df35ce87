"""Cards that travel: what to send where, and parcels from packing to the signature at the other end."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from madoguchi import clock
from madoguchi.accounts.desk import lists, undoing
from madoguchi.accounts.desk.undoing import MovedOn
from madoguchi.accounts.services import actor_of
from madoguchi.accounts.sight import eyes_of
from madoguchi.documents.viewing import inline_pdf, reading_page
from madoguchi.errors import DomainError
from madoguchi.ledger.audit.actors import Actor
from madoguchi.places import queries as places
from madoguchi.web.access import requires
from madoguchi.web.dates import short_era_date
from madoguchi.web.templatetags.madoguchi import wareki_moment
from plugins.card_management.declarations import VIEW_CARDS
from plugins.card_management.declarations.shelves import PARCEL_LABELS, SHELVE
from plugins.card_management.forms.shelves import ParcelForm, ScanForm
from plugins.card_management.queries import shelves as queries
from plugins.card_management.queries import shelves_forwarding
from plugins.card_management.queries import shelves_parcels as parcel_queries
from plugins.card_management.rules.life_cycle import ImpossibleMove
from plugins.card_management.rules.shelves_codes import Code, code_of, read
from plugins.card_management.services import shelves_parcels
from plugins.card_management.services.shelves_papers import Label, Part, set_labels, set_list
from plugins.card_management.views.shelves import (
    FOLDER,
    chosen,
    note_read,
    read_before,
    recording,
    rights,
    show,
)
from plugins.card_management.views.shelves_pulling import uuids
from plugins.card_management.views.shelves_tables import PARCELS, TRAVELS, state_mark
from plugins.card_management.views.shelves_told import tell_at

UNDO: Final = "card_management.parcel_sent"
# At which end of its way something is done with a parcel.
ENDS = {
    "pack": "start",
    "unpack": "start",
    "send": "start",
    "drop": "start",
    "take_in": "end",
    "sign": "end",
    "found": "end",
    "gone": "end",
}


@requires(VIEW_CARDS)
@require_safe
def forwarding(request: HttpRequest) -> HttpResponse:
    """List the cards to send, summed by destination."""
    eyes, today = eyes_of(request), clock.today()
    travels = shelves_forwarding.travels(today=today, eyes=eyes)
    return lists.show(
        request,
        table=TRAVELS,
        rows=travels,
        template=f"{FOLDER}/forwarding.html",
        context={
            "destinations": shelves_forwarding.destinations(travels),
            "horizon": shelves_forwarding.horizon(),
            "form": ParcelForm(own=queries.places_of(eyes), places=places.all_places()),
            **rights(request),
            "overdue": shelves_parcels.overdue(today=today, eyes=eyes),
            "differences": shelves_parcels.differences(eyes=eyes),
        },
        recording=recording(request, "forwarding_list"),
    )


@requires(SHELVE)
@require_POST
def parcel_make(request: HttpRequest) -> HttpResponse:
    """Begin a parcel."""
    own = queries.places_of(eyes_of(request))
    form = ParcelForm(request.POST, own=own, places=places.all_places())
    try:
        if not form.is_valid():
            raise shelves_parcels.SamePlace
        made = shelves_parcels.make(
            from_place=UUID(form.cleaned_data["from_place"]),
            to_place=UUID(form.cleaned_data["to_place"]),
            actor=actor_of(request),
            now=clock.now(),
        )
    except shelves_parcels.SamePlace as refusal:
        messages.error(request, str(refusal))
        return redirect("cards:forwarding")
    return redirect("cards:shelves_parcel", made)


@requires(VIEW_CARDS)
@require_safe
def parcels(request: HttpRequest) -> HttpResponse:
    """List the parcels."""
    late = shelves_parcels.overdue(today=clock.today(), eyes=eyes_of(request))
    return lists.show(
        request,
        table=PARCELS,
        rows=parcel_queries.parcels(eyes=eyes_of(request)),
        template=f"{FOLDER}/parcels.html",
        context={"form": ScanForm(), "overdue": late},
    )


@requires(VIEW_CARDS)
@require_POST
def parcel_open(request: HttpRequest) -> HttpResponse:
    """Open the parcel of a scanned code."""
    scanned = read(request.POST.get("code", "")[:80])
    if scanned.kind is Code.PARCEL:
        found = shelves_parcels.find_number(number=scanned.number, eyes=eyes_of(request))
        return redirect("cards:shelves_parcel", found.pk)
    messages.error(request, _("荷物のコードではありません。"))
    return redirect("cards:shelves_parcels")


@requires(VIEW_CARDS)
@require_safe
def parcel(request: HttpRequest, parcel_id: UUID) -> HttpResponse:
    """Show a parcel."""
    eyes, today = eyes_of(request), clock.today()
    found = shelves_parcels.find(parcel_id=parcel_id, eyes=eyes)
    rows = parcel_queries.contents(parcel=found, eyes=eyes)
    note_read(request, "parcel_list", [row.card.id for row in rows])
    context = {
        "parcel": found,
        "code": code_of(kind=Code.PARCEL, number=found.number),
        "state_label": PARCEL_LABELS[found.state],
        "rows": [(row, state_mark(row.card)) for row in rows],
        "received": sum(row.outcome == "received" for row in rows),
        "packed": sum(row.outcome != "extra" for row in rows),
        "is_overdue": found.state == "sent" and found.due_on is not None and found.due_on < today,
        **read_before(request),
        "form": ScanForm(),
        "act_url": reverse("cards:shelves_parcel_act", args=[parcel_id]),
        "is_own_end": eyes.has_place(found.to_place_id),
        "is_own_start": eyes.has_place(found.from_place_id),
    }
    return show(request, "parcel", context)


@requires(SHELVE)
@require_POST
def parcel_act(request: HttpRequest, parcel_id: UUID) -> HttpResponse:
    """Pack a parcel, send it, take it in."""
    found = shelves_parcels.find(parcel_id=parcel_id, eyes=eyes_of(request))
    address = reverse("cards:shelves_parcel", args=[parcel_id])
    try:
        answer = _act(request, found)
    except DomainError as refusal:
        messages.error(request, str(refusal))
        answer = redirect(address)
    if isinstance(answer, HttpResponse):
        return answer
    return tell_at(request, address, answer)


def _act(request: HttpRequest, found: Any) -> Any:
    """Do what was pressed; only those of the place at this end may."""
    eyes, act = eyes_of(request), request.POST.get("do", "")
    given: dict[str, Any] = {"parcel": found, "actor": actor_of(request), "now": clock.now()}
    if act not in ENDS:
        raise shelves_parcels.WrongTime
    if not eyes.has_place(found.from_place_id if ENDS[act] == "start" else found.to_place_id):
        raise PermissionDenied
    typed = request.POST.get("code", "")[:80]
    if act in ("pack", "take_in"):
        read_in = shelves_parcels.pack if act == "pack" else shelves_parcels.take_in
        return read_in(typed=typed, chosen=chosen(request), **given) if typed.strip() else None
    _sign(request, act, given)
    return redirect("cards:shelves_parcel", found.pk)


def _sign(request: HttpRequest, act: str, given: dict[str, Any]) -> None:
    if act == "send":
        count = shelves_parcels.send(**given)
        address = reverse("cards:shelves_parcel", args=[given["parcel"].pk])
        values = {"parcel": str(given["parcel"].pk), "sent_at": given["now"].isoformat()}
        text = _("%(count)s枚を送り出しました。") % {"count": count}
        undoing.offer(request, kind=UNDO, text=text, values=values, back_url=address)
    elif act == "drop":
        shelves_parcels.drop(**given)
        messages.success(request, _("荷物を取りやめました。"))
    elif act == "sign":
        _tell_differences(request, *shelves_parcels.sign_receipt(**given))
    else:
        card_id = next(iter(uuids(request.POST.getlist("card"))), None)
        if card_id is None:
            raise shelves_parcels.WrongTime
        if act == "unpack":
            shelves_parcels.unpack(card_id=card_id, **given)
            messages.success(request, _("荷物から出しました。棚に戻してください。"))
        else:
            shelves_parcels.settle(card_id=card_id, found=act == "found", **given)
            messages.success(request, _("くい違いを片付けました。"))


def _tell_differences(request: HttpRequest, missing: int, extra: int) -> None:
    if missing:
        text = _("受け取りを締めました。%(count)s枚が届いていません。送り元に確かめてください。")
        messages.error(request, text % {"count": missing})
    if extra:
        text = _("入っていないはずのカードが%(count)s枚あります。送り元に確かめてください。")
        messages.error(request, text % {"count": extra})
    if not missing and not extra:
        messages.success(request, _("受け取りを締めました。くい違いはありません。"))


def call_back(*, values: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    """Take back that a parcel was just sent.

    Raises MovedOn.
    """
    parcel_id = UUID(values["parcel"])
    try:
        shelves_parcels.call_back(parcel_id=parcel_id, sent_at=values["sent_at"], actor=actor, now=now)
    except (shelves_parcels.WrongTime, ImpossibleMove) as refusal:
        raise MovedOn from refusal


@requires(VIEW_CARDS)
@require_safe
def paper(request: HttpRequest, parcel_id: UUID) -> HttpResponse:
    """Set the list or the label of a parcel as PDF."""
    eyes = eyes_of(request)
    found = shelves_parcels.find(parcel_id=parcel_id, eyes=eyes)
    what = "label" if request.GET.get("what") == "label" else "list"
    if request.GET.get("as") != "sheet":
        return reading_page(
            request,
            pdf=f"{request.path}?what={what}&as=sheet",
            title=_("荷物 %(number)s") % {"number": found.number},
            back=reverse("cards:shelves_parcel", args=[parcel_id]),
        )
    if what == "label":
        label = Label(Code.PARCEL, found.number, f"→ {found.to_place.name}", found.from_place.name)
        title = _("荷物のラベル")
        return inline_pdf(set_labels(title=title, labels=[label], now=clock.now()), name="label")
    rows = parcel_queries.contents(parcel=found, eyes=eyes)
    note_read(request, "parcel_list", [row.card.id for row in rows])
    return inline_pdf(_set_parcel(found, rows), name="parcel")


def _set_parcel(found: Any, rows: Sequence[parcel_queries.Content]) -> bytes:
    signed = (
        (_("送り出し"), found.sent_at, found.sent_by),
        (_("受け取り"), found.received_at, found.received_by),
    )
    note = "　".join(
        f"{name}：{wareki_moment(at)} {by}" if at else f"{name}：＿＿＿＿＿＿＿＿" for name, at, by in signed
    )
    columns = (
        ("□", 3),
        (_("番号"), 11),
        (_("氏名"), 13),
        (_("受け取りの場所"), 14),
        (_("元の場所"), 14),
        (_("予約日"), 8),
        (_("結果"), 9),
    )
    return set_list(
        title=_("回送リスト　荷物 %(number)s") % {"number": found.number},
        note=f"{found.from_place.name} → {found.to_place.name}　{len(rows)}{_('枚')}　{note}",
        columns=columns,
        parts=(Part(rows=[_line(found, row) for row in rows]),),
        now=clock.now(),
    )


def _line(found: Any, row: parcel_queries.Content) -> tuple[str, ...]:
    return (
        _("済") if row.outcome == "received" else "□",
        row.card.reference,
        row.card.name,
        found.to_place.name,
        found.from_place.name,
        short_era_date(row.wanted_on) if row.wanted_on else "—",
        str(row.label),
    )
