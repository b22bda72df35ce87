"""The owner of a booking: whoever holds its secret link."""

import logging
from collections.abc import Callable
from datetime import datetime
from functools import wraps

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from madoguchi import clock
from madoguchi.ledger.audit.actors import Actor
from plugins.card_reservation.queries.values import BookingView
from plugins.card_reservation.services.links import LinkExpired, LinkUnknown, LinkUsed, open_manage_link
from plugins.card_reservation.views.screens import place_context, show, show_restart

logger = logging.getLogger(__name__)

OwnersView = Callable[[HttpRequest, str, BookingView, datetime], HttpResponse]


def for_the_owner(view: OwnersView) -> Callable[[HttpRequest, str], HttpResponse]:
    """Open the link first: unknown is 404, used up or over is a kind page."""

    @wraps(view)
    def opened(request: HttpRequest, token: str) -> HttpResponse:
        now = clock.now()
        try:
            booking = open_manage_link(token=token, now=now)
        except (LinkExpired, LinkUsed):
            return show_restart(request, reason="over")
        except LinkUnknown as unknown:
            logger.warning("an unknown manage link was opened")
            raise Http404 from unknown
        return view(request, token, booking, now)

    return opened


def too_late(request: HttpRequest, token: str, booking: BookingView) -> HttpResponse:
    """Say that only the telephone is left."""
    context = {
        "booking": booking,
        **place_context(booking.place_id),
        "back": manage_url(token),
        "message": _("変更・取り消しの受付は終わりました"),
    }
    return show(request, "too_late", context, status=409)


def manage_url(token: str) -> str:
    """Name the page of a booking."""
    return reverse("booking:manage", args=[token])


def owner_of(booking: BookingView) -> Actor:
    """Name the resident whose booking this is."""
    return Actor(kind="resident", id=str(booking.contact_id or booking.pickups[0]), name="")
