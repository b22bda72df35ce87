"""See, move or cancel a booking without its link: the number that was written down, and the notice."""

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from madoguchi import clock
from madoguchi.web.access import public
from plugins.card_reservation.forms.resident import FindForm
from plugins.card_reservation.services.finding import find_own
from plugins.card_reservation.services.guesses import TooManyGuesses
from plugins.card_reservation.services.verification import NotMatched
from plugins.card_reservation.views.guarding import ask_first, refuse, visitor_of
from plugins.card_reservation.views.screens import see_other, show


@public("anybody who holds a booking number and its notice may see the booking")
@require_http_methods(["GET", "HEAD", "POST"])
def find(request: HttpRequest) -> HttpResponse:
    """Ask for the number of the booking, of the notice and the birthday."""
    now = clock.now()
    visitor = replace(visitor_of(request, now=now), names_booking=True)
    form = FindForm(request.POST if request.method == "POST" else None)
    asked = None
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            token = find_own(
                number=data["number"],
                reference=data["reference"],
                birthday_text=data["birthday"],
                visitor=visitor,
                now=now,
            )
        except NotMatched as refusal:
            form.refuse(refusal)
        except TooManyGuesses as refusal:
            asked = refuse(request, form, refusal, now=now, visitor=visitor)
        else:
            return see_other("booking:manage", token) if token else show(request, "link_sent", {})
    if asked is None:
        asked = ask_first(request, visitor, now=now)
    if isinstance(asked, HttpResponse):
        return asked
    return show(request, "find", {"form": form, "asked": asked}, status=422 if form.errors else 200)
