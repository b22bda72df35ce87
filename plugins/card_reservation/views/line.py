"""Staff see who waits for a place, what is held for whom until when, and take somebody out of the line."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from madoguchi import clock
from madoguchi.accounts.desk import undoing
from madoguchi.accounts.services import actor_of
from madoguchi.accounts.sight import eyes_of
from madoguchi.hooks.deeds import Undoable
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import Actor
from madoguchi.web.access import requires
from plugins.card_reservation.declarations.permissions import BOOK, VIEW
from plugins.card_reservation.queries import waiting
from plugins.card_reservation.services import waiting_list
from plugins.card_reservation.views.screens import see_other

UNDO = "card_reservation.taken_out"


@requires(VIEW)
@require_safe
def line(request: HttpRequest) -> HttpResponse:
    """List who waits at the places of a reader's work, first come first."""
    rows = waiting.in_line(place_id=None, eyes=eyes_of(request))
    shown = [str(person.pickup) for row in rows for person in row.people if person.name]
    if shown:
        audit.record_read(
            actor=actor_of(request),
            object_type="card_reservation.waiting_entry",
            object_ids=shown,
            purpose="card_reservation.waiting_line",
            now=clock.now(),
        )
    context = {
        "rows": rows,
        "is_offered": waiting_list.is_offered(),
        "may_book": request.user.has_permission(BOOK),  # type: ignore[union-attr]
    }
    return render(request, "card_reservation/staff/line.html", context)


@requires(BOOK)
@require_POST
def take_out(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """Take a party out of the line; what is held for it goes to the next, and a toast puts the party back."""
    waiting.require_entry(entry_id=entry_id, eyes=eyes_of(request))
    if waiting_list.leave(entry_id=entry_id, actor=actor_of(request), now=clock.now()):
        undoing.offer(
            request,
            kind=UNDO,
            text=_("キャンセル待ちから外しました。"),
            values={"entry": str(entry_id)},
            back_url=reverse("reservations:line"),
        )
    else:
        messages.info(request, _("このキャンセル待ちは、もうありません。"))
    return see_other("reservations:line")


def put_back(*, values: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    """Put a party where it stood in the line.

    Raises MovedOn.
    """
    waiting_list.come_back(entry_id=UUID(values["entry"]), actor=actor, now=now)


UNDOABLES = (
    Undoable(name=UNDO, label=gettext_lazy("キャンセル待ちから外す操作"), permission=BOOK, function=put_back),
)
