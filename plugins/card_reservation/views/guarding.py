"""What is asked of visitors before their number is looked at, while many guesses fail."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from madoguchi import clock
from madoguchi.residents.budget import Level
from madoguchi.residents.services import LinkExpired, LinkUnknown, LinkUsed
from madoguchi.web import signing
from madoguchi.web.access import public
from madoguchi.web.addresses import client_address
from plugins.card_reservation.forms.resident import EmailForm, IdentifyForm
from plugins.card_reservation.services import guesses, passes, start_mails
from plugins.card_reservation.services.guesses import Asked, TooManyGuesses, Visitor
from plugins.card_reservation.views.choose_service import asks_for_address_alone
from plugins.card_reservation.views.progress import Progress, read_progress
from plugins.card_reservation.views.screens import see_other, show, show_restart

COOKIE = "booking_pass"
PURPOSE = "booking-pass"
PASS_LASTS = timedelta(minutes=30)
TRY_AGAIN = _(
    "間違った番号の入力が増えているため、機械による入力でないことを確認しています。"
    "数秒待って、もう一度「次へ進む」を押してください"
)


def visitor_of(request: HttpRequest, *, now: datetime) -> Visitor:
    """Describe whoever asks: the address, a solved sum and a confirmed mail address."""
    return Visitor(
        address=client_address(request),
        proof=request.POST.get("proof", ""),
        mail_pass=_mail_pass(request, now=now),
    )


def ask_first(request: HttpRequest, visitor: Visitor, *, now: datetime) -> Asked | HttpResponse:
    """Tell what the page must ask besides the number, or answer with another page."""
    asked = guesses.ask_of(visitor=visitor, now=now)
    return asked if asked.level < Level.MAIL else elsewhere(request, asked.level)


def refuse(
    request: HttpRequest,
    form: IdentifyForm,
    refusal: TooManyGuesses,
    *,
    now: datetime,
    visitor: Visitor | None = None,
) -> Asked | HttpResponse:
    """Ask for the proof that was missing, or answer with another page."""
    if refusal.level >= Level.MAIL:
        return elsewhere(request, refusal.level)
    form.add_error(None, str(TRY_AGAIN))
    # The sum that was sent is spent, and so is a confirmed address that has no tries left.
    asked = guesses.ask_of(visitor=replace(visitor or visitor_of(request, now=now), proof=""), now=now)
    return asked if asked.level < Level.MAIL else elsewhere(request, asked.level)


def elsewhere(request: HttpRequest, level: Level) -> HttpResponse:
    """Lead to the confirmation of an address, or to the telephone."""
    if level is Level.MAIL and passes.may_be_mailed():
        return see_other("booking:confirm_address")
    return show(request, "closed", {}, status=TooManyGuesses.status)


@public("anybody may confirm a mail address of theirs")
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_address(request: HttpRequest) -> HttpResponse:
    """Ask for an address before the number: a way without scripts, and the way while many guesses fail."""
    if not passes.may_be_mailed():
        return show(request, "closed", {}, status=TooManyGuesses.status)
    if request.method == "POST" and not _is_needed(request):
        # Nobody asks for it now: no mail goes to whatever address a stranger types.
        return see_other(_onward(request))
    form = EmailForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        passes.send_pass(
            email=form.cleaned_data["email"],
            language=get_language() or "ja",
            address=client_address(request),
            now=clock.now(),
        )
        return see_other("booking:address_sent")
    context = {
        "form": form,
        "sender": request.get_host().partition(":")[0],
        "is_alone": _awaits_mail(request),
    }
    return show(request, "confirm_address", context, status=422 if form.errors else 200)


@public("a page of words: a mail is on its way")
@require_safe
def address_sent(request: HttpRequest) -> HttpResponse:
    """Say that a mail is on its way, whether it is or not."""
    context = {"sender": request.get_host().partition(":")[0], "is_alone": _awaits_mail(request)}
    return show(request, "address_sent", context)


@public("whoever holds the secret link of the mail has confirmed an address")
@require_http_methods(["GET", "HEAD", "POST"])
def use_pass(request: HttpRequest, token: str) -> HttpResponse:
    """Show a button, and go on to the number or the address when it is pressed."""
    now = clock.now()
    try:
        if request.method != "POST":
            passes.look_at(token=token, now=now)
            return show(request, "use_pass", {"is_alone": _awaits_mail(request)})
        link = passes.use(token=token, now=now)
    except (LinkUsed, LinkExpired, LinkUnknown):
        return show_restart(request, reason="expired")
    response = see_other(_onward(request))
    response.set_cookie(
        _cookie_name(request),
        signing.sign(str(link), purpose=PURPOSE, now=now),
        max_age=int(PASS_LASTS.total_seconds()),
        httponly=True,
        samesite="Lax",
        secure=request.is_secure(),
    )
    return response


def _is_needed(request: HttpRequest) -> bool:
    """Tell whether some page on this visitor's way asks for more than there is."""
    now = clock.now()
    visitor, progress = visitor_of(request, now=now), read_progress(request, now=now)
    if _awaits_mail(request):
        is_alone = asks_for_address_alone(progress)
        way = start_mails.ADDRESS_ALONE if is_alone else start_mails.WITH_A_NOTICE
        asked = start_mails.ask_of(visitor=visitor, now=now, way=way, email=_address(request, progress))
        return asked.level > Level.OPEN
    own = replace(visitor, names_booking=True)
    return any(guesses.ask_of(visitor=each, now=now).level > Level.OPEN for each in (visitor, own))


def _address(request: HttpRequest, progress: Progress) -> str:
    """Name the address a link is wanted for: the one that was typed before, else the one typed now."""
    return progress.email or request.POST.get("email", "")


def _onward(request: HttpRequest) -> str:
    return "booking:mail" if _awaits_mail(request) else "booking:identify"


def _awaits_mail(request: HttpRequest) -> bool:
    """Tell whether this browser stands before the page on which an address is typed."""
    progress = read_progress(request, now=clock.now())
    return progress.is_identified and not progress.is_open


def _mail_pass(request: HttpRequest, *, now: datetime) -> UUID | None:
    token = request.COOKIES.get(_cookie_name(request), "")
    if not token:
        return None
    try:
        return UUID(str(signing.read(token, purpose=PURPOSE, max_age=PASS_LASTS, now=now)))
    except signing.BadToken:
        return None


def _cookie_name(request: HttpRequest) -> str:
    return f"__Host-{COOKIE}" if request.is_secure() else COOKIE
