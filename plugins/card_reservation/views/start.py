"""Opening the link of the mail: GET shows a button, so that a mail scanner uses nothing up."""

import logging
from uuid import uuid4

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from madoguchi import clock
from madoguchi.web.access import public
from plugins.card_reservation.services.links import (
    LinkExpired,
    LinkUnknown,
    LinkUsed,
    open_start_link,
    use_start_link,
)
from plugins.card_reservation.views.progress import Progress, fingerprint, keep_progress, read_progress
from plugins.card_reservation.views.screens import see_other, show, show_restart

logger = logging.getLogger(__name__)


@public("whoever holds the secret link of the mail may go on")
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest, token: str) -> HttpResponse:
    """Show the button that begins the booking, and begin it."""
    progress = read_progress(request, now=clock.now())
    if progress.has_opened(token) and not progress.done:
        return see_other("booking:place")
    try:
        return _begin(request, token, progress) if request.method == "POST" else _offer(request, token)
    except LinkUsed:
        return show_restart(request, reason="used")
    except LinkExpired:
        return show_restart(request, reason="expired")
    except LinkUnknown as unknown:
        logger.warning("an unknown start link was opened")
        raise Http404 from unknown


def _offer(request: HttpRequest, token: str) -> HttpResponse:
    now = clock.now()
    open_start_link(token=token, now=now)
    waiting = Progress(visit=uuid4().hex)
    return keep_progress(show(request, "start", {}, step=2), waiting, request=request, now=now)


def _begin(request: HttpRequest, token: str, progress: Progress) -> HttpResponse:
    now = clock.now()
    visit = progress.visit or uuid4().hex
    started = use_start_link(token=token, visit=visit, now=now)
    opened = Progress(
        party=started.pickups,
        contact_id=started.contact_id,
        link=fingerprint(token),
        visit=visit,
        language=started.language,
    )
    return keep_progress(see_other("booking:place"), opened, request=request, now=now)
