"""The profiles of QR codes, and the addresses about which somebody has to decide."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi import clock
from madoguchi.accounts.desk import undoing
from madoguchi.accounts.services import actor_of
from madoguchi.accounts.sight import eyes_of
from madoguchi.errors import DomainError
from madoguchi.hooks.contracts.pickups import KANA, NAME
from madoguchi.ledger.audit import services as audit
from madoguchi.web.access import requires
from plugins.card_management.declarations import ADDRESS
from plugins.card_management.declarations.intake import CHANGE_QR, IMPORT_ADDRESSES
from plugins.card_management.forms.intake import QrProfileForm, initial_of
from plugins.card_management.queries import intake as queries
from plugins.card_management.rules.qr_parts import FIELDS, BadPattern
from plugins.card_management.rules.qr_text import QrLayout, check_qr
from plugins.card_management.services import intake_choices, intake_profiles, intake_qr
from plugins.card_management.views.intake_trial import tried

REFUSED = 422
SHOWN = 20


@requires(CHANGE_QR)
@require_http_methods(["GET", "HEAD", "POST"])
def profiles(request: HttpRequest) -> HttpResponse:
    """List the profiles of codes, and make a new one."""
    form = QrProfileForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        return _save(request, form, None)
    return _page(request, form, None, 200)


@requires(CHANGE_QR)
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest, qr_profile_id: UUID) -> HttpResponse:
    """Show a profile of codes and give it a new version."""
    found = queries.qr_profile(profile_id=qr_profile_id)
    if found.layout.parts is not None:
        return redirect("cards:intake_qr_parts", qr_profile_id)
    if request.method == "POST":
        given = request.POST.copy()
        given["name"] = found.profile.name
        return _save(request, QrProfileForm(given), found)
    initial = initial_of(name=found.profile.name, layout=found.layout, is_active=found.profile.is_active)
    return _page(request, QrProfileForm(initial=initial), found, 200)


def _save(request: HttpRequest, form: QrProfileForm, found: queries.QrProfileView | None) -> HttpResponse:
    if not form.is_valid():
        return _page(request, form, found, REFUSED)
    layout, actor, now = form.layout(), actor_of(request), clock.now()
    try:
        check_qr(layout)
        if request.POST.get("do") == "try":
            return _page(request, form, found, 200, layout)
        if found is None:
            intake_profiles.create(name=form.cleaned_data["name"], layout=layout, actor=actor, now=now)
        else:
            intake_profiles.change(
                profile_id=found.profile.id,
                layout=layout,
                is_active=form.cleaned_data["is_active"],
                actor=actor,
                now=now,
            )
    except BadPattern as refusal:
        form.refuse(part=refusal.part, reason=refusal.reason)
        return _page(request, form, found, REFUSED)
    except intake_profiles.QrNameTaken as refusal:
        form.add_error("name", str(refusal))
        return _page(request, form, found, REFUSED)
    messages.success(request, _("QRコードの定義を保存しました。"))
    return redirect("cards:intake_qr_profiles")


def _page(
    request: HttpRequest,
    form: QrProfileForm,
    found: queries.QrProfileView | None,
    status: int,
    layout: QrLayout | None = None,
) -> HttpResponse:
    context = {
        "form": form,
        "found": found,
        "profiles": queries.qr_profiles(),
        "fields": [(name, intake_qr.COLUMNS[name]) for name in FIELDS],
        "tried": tried(sample=form.cleaned_data["sample"], layout=layout) if layout else None,
    }
    return render(request, "card_management/intake/qr_profiles.html", context, status=status)


@requires(IMPORT_ADDRESSES)
@require_safe
def choices(request: HttpRequest) -> HttpResponse:
    """List the addresses about which nobody has decided, and record that they were shown."""
    eyes = eyes_of(request)
    pages = Paginator(range(intake_choices.waiting(eyes=eyes)), SHOWN)
    page = pages.get_page(request.GET.get("page"))
    listed = intake_choices.listed(first=(page.number - 1) * SHOWN, count=SHOWN, eyes=eyes)
    audit.record_read(
        actor=actor_of(request),
        object_type=intake_choices.OBJECT,
        object_ids=list({str(card) for each in listed for card, _opened in each.cards}),
        purpose="card_management.address_choices",
        now=clock.now(),
    )
    shown = [
        {
            "choice": each,
            "name": eyes.text(NAME, each.row.name),
            "kana": eyes.text(KANA, each.row.kana),
            "address": eyes.text(ADDRESS, each.row.address),
            "cards": [
                {
                    "id": card,
                    "number": opened["reference"],
                    "name": eyes.text(NAME, opened["name"]),
                    "address": eyes.text(ADDRESS, opened.get("address", "")),
                }
                for card, opened in each.cards
            ],
        }
        for each in listed
    ]
    return render(request, "card_management/intake/choices.html", {"choices": shown, "page": page})


@requires(IMPORT_ADDRESSES)
@require_POST
def decide(request: HttpRequest, choice_id: UUID) -> HttpResponse:
    """Give an address to one of the candidates, or to nobody."""
    try:
        card = UUID(request.POST["card"]) if request.POST.get("card") else None
        if not intake_choices.is_for(choice_id=choice_id, eyes=eyes_of(request)):
            raise intake_choices.ChoiceNotFound(choice=str(choice_id))
        decided = intake_choices.decide(
            choice_id=choice_id, card_id=card, actor=actor_of(request), now=clock.now()
        )
    except ValueError:
        messages.error(request, _("どなたの住所かを選んでください。"))
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        _tell(request, decided)
    return redirect("cards:intake_choices")


def _tell(request: HttpRequest, decided: intake_choices.Decided) -> None:
    text = _("住所を登録しました。") if decided.cards else _("この行は使わないことにしました。")
    if decided.is_final:
        messages.success(request, text)
        return
    address = reverse("cards:intake_choices")
    undoing.offer(request, kind=intake_choices.UNDO, text=text, values=decided.values, back_url=address)
