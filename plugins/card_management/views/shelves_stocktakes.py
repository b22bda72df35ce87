"""Count what lies in the boxes by scan, see what differs, sign it and put it on paper."""

from collections.abc import Mapping, Sequence
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
from madoguchi.accounts.desk import undoing
from madoguchi.accounts.desk.undoing import MovedOn
from madoguchi.accounts.services import actor_of
from madoguchi.accounts.sight import eyes_of
from madoguchi.documents.viewing import inline_pdf, reading_page
from madoguchi.errors import DomainError
from madoguchi.ledger.audit.actors import Actor
from madoguchi.web.access import requires
from madoguchi.web.dates import short_era_date
from madoguchi.web.templatetags.madoguchi import wareki_moment
from plugins.card_management.declarations import VIEW_CARDS
from plugins.card_management.declarations.shelves import DIFFERENCE_LABELS, SHELVE
from plugins.card_management.forms.shelves import ScanForm, StocktakeForm
from plugins.card_management.queries import shelves as queries
from plugins.card_management.queries import shelves_counting as counting
from plugins.card_management.rules.shelves_codes import Code, read
from plugins.card_management.services import shelves_counting as services
from plugins.card_management.services.shelves_papers import Part, set_list
from plugins.card_management.views.shelves import chosen, note_read, read_before, show
from plugins.card_management.views.shelves_told import tell_at

UNDO: Final = "card_management.stocktake_signed"


@requires(VIEW_CARDS)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List the stocktakes."""
    return _show_index(request, StocktakeForm(places=queries.places_of(eyes_of(request))))


@requires(SHELVE)
@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """Begin a stocktake."""
    form = StocktakeForm(request.POST, places=queries.places_of(eyes_of(request)))
    if form.is_valid():
        try:
            made = services.begin(
                place_id=UUID(form.cleaned_data["place"]),
                cabinet=form.cleaned_data["cabinet"],
                actor=actor_of(request),
                now=clock.now(),
            )
        except services.NothingToCount as refusal:
            form.add_error("cabinet", str(refusal))
        except DomainError as refusal:
            form.add_error("place", str(refusal))
        else:
            return redirect("cards:stocktake", made)
    return _show_index(request, form)


def _show_index(request: HttpRequest, form: StocktakeForm) -> HttpResponse:
    context = {"form": form, "stocktakes": counting.stocktakes(eyes=eyes_of(request))}
    return show(request, "stocktakes", context, status=422 if form.errors else 200)


@requires(VIEW_CARDS)
@require_safe
def stocktake(request: HttpRequest, stocktake_id: UUID) -> HttpResponse:
    """Show how far a stocktake is and what differs."""
    eyes = eyes_of(request)
    found = services.find(stocktake_id=stocktake_id, eyes=eyes)
    seen = counting.differences(stocktake=found, eyes=eyes)
    note_read(request, "stocktake_list", [each.card.id for each in seen if each.card])
    progress = counting.progress(stocktake=found)
    context = {
        "stocktake": found,
        "progress": progress,
        "uncounted": progress.spots - progress.counted,
        "more_boxes": max(0, progress.spots - counting.MOST_BOXES),
        "boxes_begun": found.counts.exists(),
        "boxes": counting.boxes(stocktake=found, eyes=eyes),
        "differences": [(each, DIFFERENCE_LABELS[each.kind]) for each in seen],
    }
    return show(request, "stocktake", context)


@requires(SHELVE)
@require_POST
def sign(request: HttpRequest, stocktake_id: UUID) -> HttpResponse:
    """Sign a stocktake with what was found, or take back one that was begun by mistake."""
    given: dict[str, Any] = {"actor": actor_of(request), "now": clock.now(), "eyes": eyes_of(request)}
    address = reverse("cards:stocktake", args=[stocktake_id])
    try:
        if request.POST.get("do") == "drop":
            services.drop(stocktake_id=stocktake_id, **given)
            messages.success(request, _("棚卸を取りやめました。"))
            return redirect("cards:stocktakes")
        services.sign(stocktake_id=stocktake_id, **given)
    except (services.StocktakeClosed, services.StocktakeCounted) as refusal:
        messages.error(request, str(refusal))
    else:
        values = {"stocktake": str(stocktake_id), "closed_at": given["now"].isoformat()}
        undoing.offer(request, kind=UNDO, text=_("棚卸を締めました。"), values=values, back_url=address)
    return redirect(address)


def reopen(*, values: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    """Open a stocktake again that was just signed.

    Raises MovedOn.
    """
    stocktake_id = UUID(values["stocktake"])
    try:
        services.reopen(stocktake_id=stocktake_id, closed_at=values["closed_at"], actor=actor, now=now)
    except (services.StocktakeNotFound, services.StocktakeOpen) as refusal:
        raise MovedOn from refusal


@requires(SHELVE)
@require_http_methods(["GET", "HEAD", "POST"])
def scan(request: HttpRequest, stocktake_id: UUID) -> HttpResponse:
    """Count one box: its code first, then every card in it, then its end."""
    found = services.find(stocktake_id=stocktake_id, eyes=eyes_of(request))
    box = counting.box(stocktake=found, typed=request.GET.get("box", ""))
    if request.method == "POST":
        try:
            answer = _scanned(request, found, box)
        except DomainError as refusal:
            messages.error(request, str(refusal))
            answer = redirect(request.get_full_path())
        if isinstance(answer, HttpResponse):
            return answer
        return tell_at(request, request.get_full_path(), answer)
    context = {"stocktake": found, "box": box, **read_before(request), "form": ScanForm()}
    return show(request, "stocktake_scan", context)


def _scanned(request: HttpRequest, found: Any, box: Any) -> Any:
    actor, now = actor_of(request), clock.now()
    if "end" in request.POST and box is not None:
        services.finish_box(count=box, actor=actor, now=now)
        text = _("%(spot)s を数え終えました。次の箱のコードを読み取ってください。")
        messages.success(request, text % {"spot": box.spot.name})
        return redirect("cards:stocktake_scan", found.pk)
    if "again" in request.POST and box is not None:
        services.restart_box(count=box, actor=actor, now=now)
        messages.success(request, _("はじめから数え直します。1枚ずつ読み取ってください。"))
        return redirect(f"{request.path}?box={box.pk}")
    typed = request.POST.get("code", "")[:80]
    scanned = read(typed)
    if scanned.kind is Code.SPOT:
        opened = services.open_box(stocktake=found, number=scanned.number, actor=actor, now=now)
        if box is not None and opened.pk != box.pk:
            services.finish_box(count=box, actor=actor, now=now)
        return redirect(f"{request.path}?box={opened.pk}")
    if box is None:
        messages.error(request, _("先に、箱のコードを読み取ってください。"))
        return redirect("cards:stocktake_scan", found.pk)
    return services.scan(count=box, typed=typed, chosen=chosen(request)) if typed.strip() else None


@requires(VIEW_CARDS)
@require_safe
def paper(request: HttpRequest, stocktake_id: UUID) -> HttpResponse:
    """Set the result of a stocktake as PDF."""
    eyes = eyes_of(request)
    found = services.find(stocktake_id=stocktake_id, eyes=eyes)
    if request.GET.get("as") != "sheet":
        return reading_page(
            request,
            pdf=f"{request.path}?as=sheet",
            title=_("棚卸の結果"),
            back=reverse("cards:stocktake", args=[stocktake_id]),
        )
    seen = counting.differences(stocktake=found, eyes=eyes)
    note_read(request, "stocktake_list", [each.card.id for each in seen if each.card])
    return inline_pdf(_set_result(found, seen), name="stocktake")


def _set_result(found: Any, seen: Sequence[counting.SeenDifference]) -> bytes:
    how_far = counting.progress(stocktake=found)
    end = (
        f"{wareki_moment(found.closed_at)} {found.closed_by}" if found.closed_at else _("まだ締めていません")
    )
    facts = [
        (_("場所"), f"{found.place.name} {found.cabinet}".strip()),
        (_("始め"), f"{wareki_moment(found.begun_at)} {found.begun_by}"),
        (_("締め"), end),
        (_("数えた箱"), f"{how_far.counted}／{how_far.spots}"),
        (_("読み取ったカード"), str(how_far.cards)),
    ]
    return set_list(
        title=_("棚卸の結果　%(day)s") % {"day": short_era_date(clock.local(found.begun_at).date())},
        note="　".join(f"{name}：{text}" for name, text in facts),
        columns=((_("くい違い"), 14), (_("箱"), 12), (_("番号"), 12), (_("氏名"), 12), (_("記録の場所"), 12)),
        parts=(
            Part(
                heading=_("くい違いの一覧"),
                note=_("%(count)s件") % {"count": len(seen)},
                rows=[_line(each) for each in seen],
            ),
        ),
        now=clock.now(),
    )


def _line(each: counting.SeenDifference) -> tuple[str, ...]:
    number, name = (each.card.reference, each.card.name) if each.card else (each.text, "")
    return (str(DIFFERENCE_LABELS[each.kind]), each.spot, number, name, each.belongs)
