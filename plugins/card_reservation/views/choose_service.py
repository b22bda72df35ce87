"""What are you coming for? Asked only where a city offers residents more than one service."""

from dataclasses import replace
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from madoguchi import clock
from madoguchi.residents.consents import DocumentsMissing
from madoguchi.web.access import public
from plugins.card_reservation import queries
from plugins.card_reservation.forms.service import ServiceChoiceForm
from plugins.card_reservation.queries.personal_data import kept
from plugins.card_reservation.queries.services import ServiceView
from plugins.card_reservation.services import anonymous
from plugins.card_reservation.services.refusals import ensure_bookings_are_taken
from plugins.card_reservation.views import consent
from plugins.card_reservation.views.progress import Progress, keep_progress, read_progress
from plugins.card_reservation.views.screens import bookable_services, see_other, show
from plugins.card_reservation.views.waiting import keep_turn, show_waiting, take_turn

TOO_MANY = _("この手続きは、一度に%(largest)s人まで予約できます。")


@public("anybody may begin a booking")
@require_http_methods(["GET", "HEAD", "POST"])
def service(request: HttpRequest) -> HttpResponse:
    """Ask what a resident comes for; a letter's door may have answered already."""
    ensure_bookings_are_taken()
    try:
        consent.documents()
    except DocumentsMissing:
        return show(request, "not_yet", {}, status=DocumentsMissing.status)
    now = clock.now()
    offered = bookable_services()
    if not offered:
        return see_other("booking:identify")
    # A way of its own into the booking must not lead past the line.
    turn = take_turn(request, read_progress(request, now=now), now=now)
    if turn is not None and turn.must_wait:
        answer = show_waiting(request, turn, now=now)
    else:
        answer = _ask(request, offered, now=now)
    return keep_turn(answer, turn, request=request, now=now)


def _ask(request: HttpRequest, offered: tuple[ServiceView, ...], *, now: datetime) -> HttpResponse:
    language = get_language() or "ja"
    form = ServiceChoiceForm(
        request.POST if request.method == "POST" else None,
        services=[(one.code, one.label(language)) for one in offered],
        initial={"service": request.GET.get("service") or _only(offered), "people": 1},
    )
    if request.method == "POST" and form.is_valid():
        chosen = next(one for one in offered if one.code == form.cleaned_data["service"])
        people = int(form.cleaned_data["people"] or 1)
        largest = queries.largest_party(now=now, service_id=chosen.id)
        if chosen.asks_for_notice:
            return _ask_for_notice(request, chosen)
        if people <= largest:
            progress = Progress(party=anonymous.strangers(people), service_id=chosen.id)
            return keep_progress(see_other("booking:mail"), progress, request=request, now=now)
        form.add_error("people", str(TOO_MANY % {"largest": largest}))
    context = {
        "form": form,
        "services": [(one, one.label(language), one.summary_in(language)) for one in offered],
        "asks_people": any(not one.asks_for_notice for one in offered),
        "letters": reverse("booking:letters"),
    }
    return show(request, "service", context, step=1, status=422 if form.errors else 200)


def must_choose(request: HttpRequest, progress: Progress) -> bool:
    """Tell whether the way cannot go on before a service is chosen that asks for a notice."""
    offered = bookable_services()
    chosen = progress.service_id or (offered[0].id if len(offered) == 1 else None)
    if not offered:
        return False
    return not any(one.id == chosen and one.asks_for_notice for one in offered)


def _ask_for_notice(request: HttpRequest, chosen: ServiceView) -> HttpResponse:
    now = clock.now()
    known = read_progress(request, now=now)
    # Whoever is known by an address alone has shown no notice: for this service they are nobody yet.
    known = known if all(person.reference for person in known.party) else Progress()
    progress = replace(known, service_id=chosen.id, slot_id=None, done="")
    return keep_progress(see_other("booking:identify"), progress, request=request, now=now)


def _only(offered: tuple[ServiceView, ...]) -> str:
    return offered[0].code if len(offered) == 1 else ""


def asks_for_address_alone(progress: Progress) -> bool:
    """Tell whether whoever comes is known by an address and nothing else."""
    if progress.service_id is None:
        return False
    return kept().keeps_addresses and not queries.service(progress.service_id).asks_for_notice
