"""The desk's page about the list of notices: how many stand how, and one number looked at or withdrawn."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from madoguchi import clock
from madoguchi.accounts.desk import undoing
from madoguchi.accounts.services import actor_of
from madoguchi.errors import DomainError, NotFound
from madoguchi.exchange import queries as imports
from madoguchi.exchange.declarations import IMPORT_FILES
from madoguchi.hooks.deeds import Undoable
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import Actor
from madoguchi.web.access import requires
from plugins.card_reservation.declarations.notices import LOOKED_UP
from plugins.card_reservation.declarations.permissions import IMPORT_REFERENCES
from plugins.card_reservation.formats import references as layout
from plugins.card_reservation.forms.staff import NumberForm
from plugins.card_reservation.services import notices

UNDO_WITHDRAWN = "card_reservation.notice_withdrawn"
UNDO_REOPENED = "card_reservation.notice_reopened"
SHOWN = 5
STANDINGS = {
    "open": ("wait", gettext_lazy("まだ予約していません")),
    "booked": ("ok", gettext_lazy("予約があります")),
    "came": ("done", gettext_lazy("来庁済みです")),
    "withdrawn": ("none", gettext_lazy("予約に使えません")),
}


@requires(IMPORT_REFERENCES)
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """Show how the list stands, and look at one number, which stays out of the address."""
    form = NumberForm(request.POST if request.method == "POST" else None)
    found = None
    if request.method == "POST" and form.is_valid():
        found = notices.with_number(reference=form.cleaned_data["reference"])
        audit.record_read(
            actor=actor_of(request),
            object_type="card_reservation.notice",
            object_ids=[str(one.id) for one in found],
            purpose=LOOKED_UP,
            now=clock.now(),
        )
    jobs = imports.recent(formats=[layout.NAME, layout.WITHDRAWALS])
    context = {
        "form": form,
        "found": None if found is None else [(one, *STANDINGS[one.standing]) for one in found],
        "counts": notices.counts(),
        "imports": jobs[:SHOWN],
        "may_import": request.user.has_permission(IMPORT_FILES),  # type: ignore[union-attr]
    }
    page = "card_reservation/staff/notices.html"
    response = render(request, page, context, status=422 if form.errors else 200)
    response["Cache-Control"] = "no-store"
    return response


@requires(IMPORT_REFERENCES)
@require_POST
def change(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    """Withdraw a notice or let it open bookings again; a toast takes it back."""
    address = reverse("reservations:notices")
    act, kind, text = (
        (notices.reopen, UNDO_REOPENED, _("番号を、再び予約に使えるようにしました。"))
        if "reopen" in request.POST
        else (notices.withdraw, UNDO_WITHDRAWN, _("番号を、予約に使えなくしました。"))
    )
    try:
        act(notice_id=notice_id, actor=actor_of(request), now=clock.now())
    except NotFound:
        raise
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        undoing.offer(request, kind=kind, text=text, values={"notice": str(notice_id)}, back_url=address)
    return redirect(address)


def open_again(*, values: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    """Take a withdrawal back.

    Raises MovedOn.
    """
    notices.reopen(notice_id=UUID(values["notice"]), actor=actor, now=now)


def close_again(*, values: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    """Take a reopening back.

    Raises NoticeBooked.
    """
    notices.withdraw(notice_id=UUID(values["notice"]), actor=actor, now=now)


UNDOABLES = (
    Undoable(
        name=UNDO_WITHDRAWN,
        label=gettext_lazy("番号の取り下げ"),
        permission=IMPORT_REFERENCES,
        function=open_again,
    ),
    Undoable(
        name=UNDO_REOPENED,
        label=gettext_lazy("番号の取り下げの解除"),
        permission=IMPORT_REFERENCES,
        function=close_again,
    ),
)
