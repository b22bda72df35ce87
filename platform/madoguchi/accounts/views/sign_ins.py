"""Who is signed in, and keeping a person out: for a city's administrators."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from madoguchi import clock
from madoguchi.accounts import blocking, own_sessions, queries, services, session_book
from madoguchi.accounts.declarations import MANAGE_STAFF
from madoguchi.accounts.desk import lists
from madoguchi.accounts.desk.sign_ins import OPEN_SESSIONS, SIGN_INS, history
from madoguchi.accounts.forms import LockForm
from madoguchi.accounts.models import Staff
from madoguchi.errors import DomainError
from madoguchi.ledger.audit import services as audit
from madoguchi.web.access import requires


@requires(MANAGE_STAFF)
@require_safe
def session_list(request: HttpRequest) -> HttpResponse:
    """List everybody who is signed in now."""
    found = session_book.open_sessions(now=clock.now())
    return lists.show(request, table=OPEN_SESSIONS, rows=found, template="accounts/session_list.html")


@requires(MANAGE_STAFF)
@require_safe
def sign_in_list(request: HttpRequest) -> HttpResponse:
    """List every sign-in, refused ones too; looking at it is an entry of its own."""

    def record(rows: Sequence[Any]) -> None:
        audit.record(
            actor=services.actor_of(request),
            action="accounts.sign_ins_viewed",
            object_type="audit.entry",
            object_ids=[],
            details={"rows": len(rows)},
            now=clock.now(),
        )

    return lists.show(
        request, table=SIGN_INS, rows=history(), template="accounts/sign_in_list.html", recording=record
    )


@requires(MANAGE_STAFF)
@require_safe
def person_sessions(request: HttpRequest, staff_id: UUID) -> HttpResponse:
    """Show where a person is signed in, and whether something keeps them out."""
    return _show(request, staff_id, LockForm())


@requires(MANAGE_STAFF)
@require_POST
def person_sessions_end(request: HttpRequest, staff_id: UUID) -> HttpResponse:
    """End one session of a person, or all."""
    own_sessions.end_of_person(
        request=request,
        staff=_person(staff_id),
        session_id=request.POST.get("session", ""),
        actor=services.actor_of(request),
        now=clock.now(),
    )
    return redirect("person_sessions", staff_id)


@requires(MANAGE_STAFF)
@require_POST
def person_block(request: HttpRequest, staff_id: UUID) -> HttpResponse:
    """Keep a person out, let them in again, or lift what failed sign-ins stopped."""
    actor, now = services.actor_of(request), clock.now()
    act = request.POST.get("act", "")
    form = LockForm(request.POST)
    if act == "lock" and not form.is_valid():
        return _show(request, staff_id, form)
    try:
        if act == "lock":
            blocking.lock(staff_id=staff_id, reason=form.cleaned_data["reason"], actor=actor, now=now)
            messages.success(request, _("利用を止めました。サインインはすべて終わりました。"))
        elif act == "unlock":
            blocking.unlock(staff_id=staff_id, actor=actor, now=now)
            messages.success(request, _("利用を再開しました。"))
        else:
            blocking.lift_failures(staff_id=staff_id, actor=actor, now=now)
            messages.success(request, _("すぐにサインインを試せるようにしました。"))
    except DomainError as refused:
        messages.error(request, str(refused))
    return redirect("person_sessions", staff_id)


def _show(request: HttpRequest, staff_id: UUID, form: LockForm) -> HttpResponse:
    view = own_sessions.overview(staff=_person(staff_id), current="", now=clock.now())
    is_self = str(staff_id) == services.actor_of(request).id
    context = {"view": view, "is_self": is_self, "form": form, "has_errors": bool(form.errors)}
    return render(request, "accounts/person_sessions.html", context, status=422 if form.errors else 200)


def _person(staff_id: UUID) -> Staff:
    queries.staff_row(staff_id=staff_id)
    return Staff.objects.get(id=staff_id)
