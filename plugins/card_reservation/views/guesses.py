"""The desk's page about failed guesses: how many there are, and a number that was locked by them."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from madoguchi import clock
from madoguchi.accounts.services import actor_of
from madoguchi.residents.budget import Level
from madoguchi.web.access import requires
from plugins.card_reservation.declarations.permissions import UNLOCK
from plugins.card_reservation.forms.staff import NumberForm
from plugins.card_reservation.services import unlocking
from plugins.card_reservation.services.unlocking import NothingToUnlock
from plugins.card_reservation.views.screens import see_other

KINDS = {Level.OPEN: "ok", Level.PROOF: "wait", Level.MAIL: "wait", Level.CLOSED: "error"}


@requires(UNLOCK)
@require_http_methods(["GET", "HEAD", "POST"])
def guesses(request: HttpRequest) -> HttpResponse:
    """Show the failures, look at a number, and unlock it."""
    now = clock.now()
    form = NumberForm(request.POST if request.method == "POST" else None)
    state = None
    if request.method == "POST" and form.is_valid():
        reference = form.cleaned_data["reference"]
        if "unlock" in request.POST:
            try:
                unlocking.unlock(reference=reference, actor=actor_of(request), now=now)
            except NothingToUnlock as refusal:
                form.add_error("reference", str(refusal))
            else:
                messages.success(request, _("制限を解除しました。もう一度確認できます。"))
                return see_other("reservations:guesses")
        else:
            state = unlocking.state_of(reference=reference, now=now)
    found = unlocking.overview(now=now)
    context = {
        "form": form,
        "state": state,
        "found": found,
        "kind": KINDS[found.level],
        "level": found.level.name,
    }
    page = "card_reservation/staff/guesses.html"
    response = render(request, page, context, status=422 if form.errors else 200)
    response["Cache-Control"] = "no-store"
    return response
