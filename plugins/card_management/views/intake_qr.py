"""Read the codes of the list of people whose cards come: by reader, by picture, by camera."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from madoguchi import clock
from madoguchi.accounts.desk import undoing
from madoguchi.accounts.services import actor_of
from madoguchi.accounts.sight import eyes_of
from madoguchi.hooks.contracts.eyes import Eyes
from madoguchi.hooks.contracts.pickups import BORN_ON, KANA, NAME
from madoguchi.ledger.audit import services as audit
from madoguchi.tenancy import current_city
from madoguchi.web.access import requires
from plugins.card_management.declarations import KIND_LABELS
from plugins.card_management.declarations.intake import CHANGE_QR, READ_QR
from plugins.card_management.formats.births import read_words
from plugins.card_management.forms.intake import PictureForm, ScanForm
from plugins.card_management.queries import intake as queries
from plugins.card_management.queries.card_list import CardView, views
from plugins.card_management.rules.facts import Kind
from plugins.card_management.services import intake_pictures, intake_qr
from plugins.card_management.services.intake_qr import Outcome, Person

QUIET = "card_management.quiet"
TEMPLATE = "card_management/intake/qr.html"
REFUSED = 422


@dataclass(frozen=True, slots=True)
class PersonShown:
    """Somebody on a code as a reader may see them, and what can be done next."""

    number: str
    name: str
    kana: str
    born: str
    kind: str
    card: UUID | None
    namesakes: tuple[UUID, ...]
    booking: dict[str, str] | None


@requires(READ_QR)
@require_http_methods(["GET", "HEAD", "POST"])
def read(request: HttpRequest) -> HttpResponse:
    """Take one code from a reader in."""
    if request.method != "POST":
        return _page(request, [], ScanForm(), PictureForm())
    if request.POST.get("do") == "sound":
        request.session[QUIET] = not request.session.get(QUIET, False)
        return redirect("cards:intake_qr")
    text = request.POST.get("text", "")
    outcome = _take(request, text, "wedge", is_confirmed=request.POST.get("confirmed") == "1")
    _offer_undo(request, [outcome])
    return _page(request, [(text, outcome)], ScanForm(), PictureForm())


@requires(READ_QR)
@require_POST
def picture(request: HttpRequest) -> HttpResponse:
    """Take the codes in a picture in, each for itself."""
    form = PictureForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, [], ScanForm(), form, status=REFUSED)
    codes = intake_pictures.codes_in(content=form.cleaned_data["picture"].read())
    if codes is None:
        form.add_error("picture", _("画像として開けません。JPEGかPNGの画像を選んでください。"))
        return _page(request, [], ScanForm(), form, status=REFUSED)
    if not codes:
        sentence = _("画像からQRコードを読み取れません。明るい場所で、QRコード全体を撮り直してください。")
        return _page(request, [("", Outcome("refused", sentence, "error"))], ScanForm(), PictureForm())
    read = [(text, _take(request, text, "image", is_confirmed=False)) for text in codes]
    _offer_undo(request, [outcome for _text, outcome in read])
    return _page(request, read, ScanForm(), PictureForm())


def _take(request: HttpRequest, text: str, door: str, *, is_confirmed: bool) -> Outcome:
    return intake_qr.take(
        text=text, door=door, is_confirmed=is_confirmed, actor=actor_of(request), now=clock.now()
    )


def _offer_undo(request: HttpRequest, outcomes: Sequence[Outcome]) -> None:
    """Let everything that came of one scan or picture be taken back by one button."""
    brought = [each for each in outcomes if each.kind == "done" and each.new]
    if not brought:
        return
    text = brought[0].sentence
    if len(brought) > 1:
        text = _("%(codes)d個のQRコードから、%(new)d人を登録しました。") % {
            "codes": len(brought),
            "new": sum(each.new for each in brought),
        }
    undoing.offer(
        request,
        kind=intake_qr.UNDO,
        text=text,
        values={"readings": [str(each.reading) for each in brought]},
        back_url=reverse("cards:intake_qr"),
    )


def _page(
    request: HttpRequest,
    read: Sequence[tuple[str, Outcome]],
    form: ScanForm,
    pictures: PictureForm,
    *,
    status: int = 200,
) -> HttpResponse:
    eyes = eyes_of(request)
    outcomes = [outcome for _text, outcome in read]
    shown = [(text, outcome, _people(outcome, eyes)) for text, outcome in read]
    _record(request, outcomes)
    tones = [each.tone for each in outcomes]
    last = next((each.reading for each in reversed(outcomes) if each.reading), None)
    context = {
        "form": form,
        "pictures": pictures,
        "outcomes": shown,
        "tone": next((tone for tone in ("error", "warn", "ok") if tone in tones), ""),
        "current": queries.list_of(reading_id=last),
        "open_lists": queries.open_lists(),
        "readings": queries.readings(),
        "profiles": queries.qr_profiles(),
        "quiet": request.session.get(QUIET, False),
        "may_change": request.user.has_permission(CHANGE_QR),  # type: ignore[union-attr]
    }
    return render(request, TEMPLATE, context, status=status)


def _people(outcome: Outcome, eyes: Eyes) -> list[PersonShown]:
    if outcome.kind != "twice":
        return [_shown(person, eyes) for person in outcome.people]
    # A second reading tells only which cards there are; who they are stands in the ledger.
    cards = [person.card for person in outcome.people if person.card is not None]
    known = views(cards, eyes=eyes)
    return [_held(known[card]) for card in cards if card in known]


def _held(card: CardView) -> PersonShown:
    return PersonShown(card.reference, card.name, card.kana, "", "", card.id, (), None)


def _shown(person: Person, eyes: Eyes) -> PersonShown:
    row = person.row
    is_whole = bool(row.reference)
    return PersonShown(
        number=row.reference,
        name=eyes.text(NAME, row.name),
        kana=eyes.text(KANA, row.kana),
        born=eyes.text(BORN_ON, read_words(row.born_on, row.born_text)),
        kind=str(KIND_LABELS[Kind(row.kind or Kind.NEW)]) if is_whole else "",
        card=person.card,
        namesakes=person.namesakes,
        booking=_booking(person),
    )


def _booking(person: Person) -> dict[str, str] | None:
    """Lead to the page of bookings with the number filled in, where the city takes bookings here."""
    row = person.row
    month_day = f"{row.born_on[5:7]}{row.born_on[8:]}" if row.born_on else row.month_day
    if person.card is None or not month_day or "card_reservation" not in current_city().active_plugins:
        return None
    try:
        url = reverse("reservations:new")
    except NoReverseMatch:
        return None
    return {"url": url, "reference": row.reference, "birthday": month_day}


def _record(request: HttpRequest, outcomes: Sequence[Outcome]) -> None:
    cards = [
        str(card)
        for each in outcomes
        for person in each.people
        for card in (person.card, *person.namesakes)
        if card is not None
    ]
    if cards:
        audit.record_read(
            actor=actor_of(request),
            object_type=intake_qr.OBJECT,
            object_ids=list(dict.fromkeys(cards)),
            purpose="card_management.qr_shown",
            now=clock.now(),
        )
