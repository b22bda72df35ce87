"""Steps 1 and 2 of the resident's way: whose card it is, and where the link goes."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from madoguchi import clock
from madoguchi.hooks.contracts.legal import LegalDocument
from madoguchi.residents.consents import DocumentsMissing
from madoguchi.web.access import public
from plugins.card_reservation.forms.resident import WITHOUT_MAIL, BeginForm, EmailForm, IdentifyForm
from plugins.card_reservation.queries import largest_party
from plugins.card_reservation.queries.bookings import standing_booking_of
from plugins.card_reservation.queries.personal_data import kept
from plugins.card_reservation.services import anonymous, start_mails
from plugins.card_reservation.services.guesses import Asked, TooManyGuesses, Visitor
from plugins.card_reservation.services.links import Wish, send_start_link
from plugins.card_reservation.services.refusals import ensure_bookings_are_taken
from plugins.card_reservation.services.verification import NotMatched, VerifiedPickup, verify
from plugins.card_reservation.views import consent
from plugins.card_reservation.views.choose_service import asks_for_address_alone, must_choose
from plugins.card_reservation.views.guarding import ask_first, refuse, visitor_of
from plugins.card_reservation.views.progress import Progress, keep_progress, read_progress
from plugins.card_reservation.views.screens import see_other, show, show_restart
from plugins.card_reservation.views.waiting import claim, keep_turn, show_waiting, take_turn

MAIL_AGAIN = _(
    "メールの申し込みが増えているため、機械による入力でないことを確認しています。"
    "数秒待って、もう一度「メールを送る」を押してください"
)
BOOKED_APART = _(
    "この方には、もう別の予約があります。その予約を開いて家族を加えると、1回の来庁にまとめられます。"
)
ALREADY_COMING = _("この方は、もう予約に入っています。家族の番号を入力してください。")


@public("anybody who holds a notice may begin a booking")
@require_http_methods(["GET", "HEAD", "POST"])
def identify(request: HttpRequest) -> HttpResponse:
    """Ask for the number of the notice and the birthday; in a rush, one after the other."""
    ensure_bookings_are_taken()
    try:
        documents = consent.documents()
    except DocumentsMissing:
        return show(request, "not_yet", {}, status=DocumentsMissing.status)
    now = clock.now()
    progress = read_progress(request, now=now)
    if must_choose(request, progress):
        return see_other("booking:service")
    turn = take_turn(request, progress, now=now)
    if turn is not None and turn.must_wait:
        answer = show_waiting(request, turn, now=now)
    else:
        answer = _ask_for_notice(request, documents, now=now)
    return keep_turn(answer, turn, request=request, now=now)


def _ask_for_notice(
    request: HttpRequest, documents: Sequence[LegalDocument], *, now: datetime
) -> HttpResponse:
    keeping, progress = kept(), read_progress(request, now=now)
    form = BeginForm(
        request.POST if request.method == "POST" else None,
        takes_email=keeping.keeps_addresses,
        needs_email=keeping.needs_addresses,
        versions=consent.versions_of(documents),
        email=progress.email,
    )
    found = look_for(request, form, now=now)
    if isinstance(found, VerifiedPickup):
        claim(request, found, now=now)
        known = Progress(
            party=(found,), email=form.typed_email, agreed=form.ticked, service_id=progress.service_id
        )
        return keep_progress(_after_notice(request, known, now=now), known, request=request, now=now)
    if isinstance(found, HttpResponse):
        return found
    context = {
        "form": form,
        "documents": documents,
        "asked": found,
        "kept": keeping,
        "sender": sender_of(request),
    }
    return show(request, "identify", context, step=1, status=422 if form.errors else 200)


def _after_notice(request: HttpRequest, known: Progress, *, now: datetime) -> HttpResponse:
    """Lead on from the first page, with a mail on its way where an address was typed."""
    keeping = kept()
    if known.email:
        is_sent = _send_link(known, visitor_of(request, now=now), now=now)
        # The page of the address asks for the sum, with the address filled in.
        return see_other("booking:sent" if is_sent else "booking:mail")
    leaves_none = WITHOUT_MAIL in request.POST and not keeping.needs_addresses
    return see_other("booking:begin" if leaves_none or not keeping.keeps_addresses else "booking:mail")


def look_for(
    request: HttpRequest, form: IdentifyForm, *, now: datetime
) -> VerifiedPickup | Asked | HttpResponse:
    """Find the card of what was typed; else tell what the form must ask, or answer with another page."""
    visitor = visitor_of(request, now=now)
    if request.method != "POST" or not form.is_valid():
        return ask_first(request, visitor, now=now)
    try:
        return verify(
            reference=form.cleaned_data["reference"],
            birthday_text=form.cleaned_data["birthday"],
            now=now,
            visitor=visitor,
        )
    except NotMatched as refusal:
        form.refuse(refusal)
    except TooManyGuesses as refusal:
        return refuse(request, form, refusal, now=now)
    return ask_first(request, visitor, now=now)


@public("the signed cookie of the step before names the resident")
@require_http_methods(["GET", "HEAD", "POST"])
def mail(request: HttpRequest) -> HttpResponse:
    """Ask where the link may be sent."""
    now = clock.now()
    progress = read_progress(request, now=now)
    if not progress.is_identified or not kept().keeps_addresses:
        return show_restart(request)
    form = EmailForm(request.POST if request.method == "POST" else None, initial={"email": progress.email})
    visitor = visitor_of(request, now=now)
    if request.method == "POST" and form.is_valid():
        known = _known_by(progress, form.cleaned_data["email"])
        if _send_link(known, visitor, now=now):
            return keep_progress(see_other("booking:sent"), known, request=request, now=now)
        form.add_error(None, str(MAIL_AGAIN))
    context = {
        "form": form,
        "asked": start_mails.ask_of(
            visitor=visitor, now=now, way=_way_of(progress), email=_typed(form) or progress.email
        ),
        "sender": sender_of(request),
        "back": reverse("booking:identify"),
        "is_optional": not kept().needs_addresses and not asks_for_address_alone(progress),
    }
    return show(request, "mail", context, step=1, status=422 if form.errors else 200)


@public("the signed cookie of the step before names the resident")
@require_http_methods(["GET", "HEAD", "POST"])
def sent(request: HttpRequest) -> HttpResponse:
    """Say that a mail is on its way; a POST sends it again, as often as the service allows."""
    now = clock.now()
    progress = read_progress(request, now=now)
    if not progress.is_identified or not progress.email:
        return show_restart(request)
    if request.method == "POST":
        is_sent = _send_link(progress, visitor_of(request, now=now), now=now)
        return see_other("booking:sent" if is_sent else "booking:mail")
    context = {"email": progress.email, "sender": sender_of(request), "back": reverse("booking:mail")}
    return show(request, "sent", context, step=2)


def _known_by(progress: Progress, email: str) -> Progress:
    """Keep the address; where nothing else is asked, it is what the party is known by."""
    if not asks_for_address_alone(progress):
        return replace(progress, email=email)
    people = len(progress.party)
    party = anonymous.party_of(email=email, service_id=progress.service, people=people)
    return replace(progress, email=email, party=party)


def _send_link(progress: Progress, visitor: Visitor, *, now: datetime) -> bool:
    is_alone, way = asks_for_address_alone(progress), _way_of(progress)
    if not start_mails.let_out(email=progress.email, visitor=visitor, now=now, way=way):
        return False
    first, *others = progress.party
    send_start_link(
        pickup=first,
        email=progress.email,
        language=get_language() or "ja",
        wish=Wish(
            service_id=progress.service_id, others=tuple(others) if is_alone else (), agreed=progress.agreed
        ),
        now=now,
    )
    return True


def _typed(form: EmailForm) -> str:
    return str(getattr(form, "cleaned_data", {}).get("email", ""))


def _way_of(progress: Progress) -> start_mails.Way:
    is_alone = asks_for_address_alone(progress)
    return start_mails.ADDRESS_ALONE if is_alone else start_mails.WITH_A_NOTICE


@public("a page of words: how to book without e-mail")
@require_safe
def by_phone(request: HttpRequest) -> HttpResponse:
    """Explain the way without e-mail: the telephone."""
    return show(request, "by_phone", {"back": reverse("booking:mail")})


@public("only whoever used the link of the mail may add a relative")
@require_http_methods(["GET", "HEAD", "POST"])
def family(request: HttpRequest) -> HttpResponse:
    """Add one more person who comes along, identified in the same way."""
    now = clock.now()
    progress = read_progress(request, now=now)
    if not progress.is_open or progress.done or asks_for_address_alone(progress):
        return show_restart(request)
    if "remove" in request.POST:
        fewer = _without(progress, request.POST["remove"])
        return keep_progress(see_other("booking:family"), fewer, request=request, now=now)
    largest = largest_party(now=now, service_id=progress.service)
    form, asked = IdentifyForm(request.POST if request.method == "POST" else None), None
    if len(progress.party) < largest:
        found = look_for(request, form, now=now)
        if isinstance(found, HttpResponse):
            return found
        if isinstance(found, VerifiedPickup):
            added = _with_relative(form, progress, found)
            if added is not None:
                return keep_progress(see_other("booking:place"), added, request=request, now=now)
        else:
            asked = found
    context = {
        "form": form,
        "asked": asked,
        "party": progress.party,
        "largest": largest,
        "is_full": len(progress.party) >= largest,
        "back": reverse("booking:place"),
    }
    return show(request, "family", context, step=3, status=422 if form.errors else 200)


def _with_relative(form: IdentifyForm, progress: Progress, found: VerifiedPickup) -> Progress | None:
    if found.pickup == progress.party[0].pickup:
        form.add_error("reference", str(ALREADY_COMING))
        return None
    if any(found.pickup == one.pickup for one in progress.party):
        return progress  # somebody clicked twice
    if standing_booking_of(pickup=found.pickup) is not None:
        form.add_error("reference", str(BOOKED_APART))
        return None
    return replace(progress, party=(*progress.party, found), slot_id=None)


def _without(progress: Progress, pickup: str) -> Progress:
    """Let a relative stay at home; whoever was asked first always comes."""
    first, *others = progress.party
    party = (first, *(one for one in others if str(one.pickup) != pickup))
    return progress if party == progress.party else replace(progress, party=party, slot_id=None)


def sender_of(request: HttpRequest) -> str:
    """Name the domain from which mails come, for filters on telephones."""
    return request.get_host().partition(":")[0]
