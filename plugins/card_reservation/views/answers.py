"""Short answers by a link of a mail: «I come», «let us come together». Opening it changes nothing."""

import logging
from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from madoguchi import clock
from madoguchi.errors import DomainError
from madoguchi.hooks.contracts.eyes import EVERYTHING
from madoguchi.web import signing
from madoguchi.web.access import public
from plugins.card_reservation import queries
from plugins.card_reservation.queries.values import BookingView
from plugins.card_reservation.services import joining, replies
from plugins.card_reservation.services.links import LinkExpired, LinkUnknown, LinkUsed
from plugins.card_reservation.views.confirm import DONE_PURPOSE
from plugins.card_reservation.views.owner import for_the_owner, owner_of
from plugins.card_reservation.views.screens import place_context, see_other, show, show_restart

logger = logging.getLogger(__name__)


@public("whoever holds the secret link of the mail may answer")
@require_http_methods(["GET", "HEAD", "POST"])
@for_the_owner
def coming(request: HttpRequest, token: str, booking: BookingView, now: datetime) -> HttpResponse:
    """Show one button, and keep that somebody comes when it is pressed."""
    if booking.status != "active":
        return see_other("booking:manage", token)
    if request.method == "POST":
        replies.say_coming(booking_id=booking.booking_id, actor=owner_of(booking), now=now)
        return see_other("booking:manage", token, query="?done=coming")
    context = {"booking": booking, **place_context(booking.place_id), "token": token}
    return show(request, "coming", context)


@public("whoever holds the secret link of the mail may join the visit of a relative")
@require_http_methods(["GET", "HEAD", "POST"])
def merge(request: HttpRequest, token: str) -> HttpResponse:
    """Show which visit one was asked to join, and join it when the button is pressed."""
    now = clock.now()
    try:
        asked = joining.open_request(token=token, now=now)
        target = queries.booking(booking_id=asked.booking_id, now=now, eyes=EVERYTHING)
        if request.method != "POST":
            return show(request, "merge", {"booking": target, **place_context(target.place_id)})
        receipt = joining.agree(token=token, now=now)
    except LinkUsed:
        return show_restart(request, reason="joined")
    except LinkExpired:
        return show_restart(request, reason="unanswered")
    except LinkUnknown as unknown:
        logger.warning("an unknown link to merge was opened")
        raise Http404 from unknown
    except DomainError as refusal:
        context = {"has_errors": True, "message": str(refusal)}
        return show(request, "party_refused", context, status=refusal.status)
    signed = signing.sign({"booking": str(receipt.booking_id), "joined": "1"}, purpose=DONE_PURPOSE, now=now)
    return see_other("booking:done", signed)
