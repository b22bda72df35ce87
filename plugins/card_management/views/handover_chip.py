"""The reader of chips at a counter: the page's way to it, and a page that compares a chip with the ledger."""

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi import clock
from madoguchi.accounts.services import actor_of
from madoguchi.accounts.sight import eyes_of
from madoguchi.ledger.audit import services as audit
from madoguchi.preferences import queries as preferences
from madoguchi.tenancy import current_city
from madoguchi.web.access import requires
from madoguchi.web.dates import long_era_date
from plugins.card_management import queries
from plugins.card_management.declarations import ADDRESS
from plugins.card_management.declarations.handover import READ_CHIPS
from plugins.card_management.declarations.settings import CardSettings
from plugins.card_management.forms.handover import ChipForm
from plugins.card_management.rules.handover_matching import Difference, Held, Seen, identity
from plugins.card_management.services import handover_pairing, handover_records
from plugins.card_management.services.codes import cards_of_code

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

OBJECT = "card_management.card"


@dataclass(frozen=True, slots=True)
class Door:
    """How a page reaches the reader's program on its PC."""

    port: int
    reads_by_number_b: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One of the four items: of the chip, of the ledger, and whether they agree."""

    label: "str | _StrPromise"
    chip: str
    held: str
    differs: bool

    @property
    def is_compared(self) -> bool:
        """Tell whether both sides say anything."""
        return self.differs or bool(self.chip and self.held)


def door(request: HttpRequest) -> Door | None:
    """Give the way to the reader where the city uses one and this person may."""
    chosen = preferences.current(CardSettings)
    if not chosen.reads_chips or not request.user.has_permission(READ_CHIPS):  # type: ignore[union-attr]
        return None
    return Door(port=chosen.chip_port, reads_by_number_b=chosen.reads_by_number_b)


def let_in(response: HttpResponse, found: Door | None) -> HttpResponse:
    """Let a page with the button speak to the program on its own PC, and to nothing else."""
    if found is not None:
        response._csp_update = {"connect-src": [f"ws://127.0.0.1:{found.port}"]}  # type: ignore[attr-defined]
    return response


@requires(READ_CHIPS)
@require_POST
def token(request: HttpRequest) -> HttpResponse:
    """Sign the question of the reader's program for this page."""
    now, way = clock.now(), door(request)
    if way is None:
        return JsonResponse({"token": ""}, status=409)
    try:
        signed = handover_pairing.permit(
            challenge=request.POST.get("challenge", ""),
            origin=_origin(request),
            allows_number_b=way.reads_by_number_b,
            actor=actor_of(request),
            now=now,
        )
    except handover_pairing.NotAChallenge:
        return JsonResponse({"token": ""}, status=422)
    return JsonResponse({"token": signed})


@requires(READ_CHIPS)
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """Read a chip, or type what is printed on the card, and compare it with the ledger."""
    form = ChipForm(request.POST if request.method == "POST" else None)
    context: dict[str, object] = {"form": form}
    if request.method == "POST" and form.is_valid():
        context |= _read(request, form)
    status = 422 if form.errors else 200
    way = door(request)
    page = render(request, "card_management/handover/chip.html", {**context, "chip": way}, status=status)
    return let_in(page, way)


@requires(READ_CHIPS)
@require_safe
def setup(request: HttpRequest) -> HttpResponse:
    """Show what the reader's program needs to know of this city."""
    chosen = preferences.current(CardSettings)
    context = {
        "origin": _origin(request),
        "public_key": handover_pairing.public_key(),
        "chosen": chosen,
        "may_choose": request.user.has_permission("preferences.change_settings"),  # type: ignore[union-attr]
    }
    return render(request, "card_management/handover/setup.html", context)


def _origin(request: HttpRequest) -> str:
    return f"{request.scheme}://{request.get_host()}"


def _read(request: HttpRequest, form: ChipForm) -> dict[str, object]:
    warnings = _warnings(form, clock.today())
    found: dict[str, object] = {"warnings": warnings}
    if not form.cleaned_data["label"]:
        # Without a number a chip is looked at for its last days alone; where those say nothing, we do.
        if not warnings:
            form.add_error("label", _("見比べるカードのラベルか、交付通知書の番号を入力してください"))
        return found
    eyes = eyes_of(request)
    cards = list(queries.named(cards_of_code(code=form.cleaned_data["label"]), eyes=eyes))
    if not handover_records.may_compare(eyes=eyes):
        form.add_error("label", _("あなたの役割では氏名か生年月日を表示しないため、見比べられません"))
    elif len(cards) != 1:
        form.add_error("label", _("この番号のカードを1枚に決められません。番号を確かめてください"))
    else:
        found["lines"] = _lines(request, cards[0], form)
        found["card_url"] = reverse("cards:show", args=[cards[0]])
    return found


def _lines(request: HttpRequest, card_id: UUID, form: ChipForm) -> list[Line]:
    audit.record_read(
        actor=actor_of(request),
        object_type=OBJECT,
        object_ids=[str(card_id)],
        purpose="card_management.chip_page",
        now=clock.now(),
    )
    given = form.cleaned_data
    _reference, held = handover_records.held(card_id=card_id)
    seen = Seen(
        born=given["chip_born_on"],
        name=given["chip_name"],
        address=given["chip_address"],
        sex=given["chip_sex"],
    )
    # The address of the ledger is shown as far as this person may read it.
    shown = replace(held, address=eyes_of(request).text(ADDRESS, held.address))
    return _compared(shown, seen, set(identity(held=held, seen=seen)))


def _compared(held: Held, seen: Seen, differences: set[Difference]) -> list[Line]:
    sexes = {"male": _("男"), "female": _("女"), "1": _("男"), "2": _("女")}
    rows = (
        (_("氏名"), seen.name, held.name, Difference.NAME),
        (_("住所"), seen.address, held.address, Difference.ADDRESS),
        (_("生年月日"), _day(seen.born), _day(held.born), Difference.BORN_ON),
        (_("性別"), sexes.get(seen.sex, seen.sex), sexes.get(held.sex, held.sex), Difference.SEX),
    )
    return [Line(label, mine, theirs, difference in differences) for label, mine, theirs, difference in rows]


def _day(born: str) -> str:
    return long_era_date(date.fromisoformat(born)) if Held(name="", born=born).is_date else born


def _warnings(form: ChipForm, today: date) -> list[str]:
    given, found = form.cleaned_data, []
    if given["expires_on"] and given["expires_on"] < today:
        found.append(_("このカードは有効期限を過ぎています。"))
    if given["certificate_expires_on"] and given["certificate_expires_on"] < today:
        found.append(_("利用者証明用電子証明書は有効期限を過ぎています。"))
    if given["municipality"] and not given["municipality"].startswith(current_city().code[:5]):
        found.append(_("このカードは、ほかの市区町村が交付したものです。"))
    return found
