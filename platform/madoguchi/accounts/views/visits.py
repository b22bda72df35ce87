"""Visits of our operators: the city's word on them, and the operator's way in and out."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi import clock
from madoguchi.accounts import sessions
from madoguchi.accounts.services import actor_of
from madoguchi.accounts.visits import networks, services, visitors
from madoguchi.accounts.visits.declarations import DECIDE
from madoguchi.accounts.visits.forms import AnswerForm, answer_to
from madoguchi.errors import DomainError
from madoguchi.tenancy import current_city, is_operators
from madoguchi.web import errors
from madoguchi.web.access import public, requires, signed_in
from madoguchi.web.addresses import client_address
from madoguchi.web.doors import works_while_resting


@requires(DECIDE)
@require_safe
@never_cache
def visit_list(request: HttpRequest) -> HttpResponse:
    """Show who of our operators asks to come in, who is in and who was."""
    return _list(request)


@requires(DECIDE)
@require_POST
@works_while_resting
def visit_decide(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """Take the city's word: let in, refuse, or end."""
    form = AnswerForm(request.POST, auto_id=f"id_{visit_id}_%s")
    try:
        services.find(visit_id=visit_id)
        if not form.is_valid():
            return _list(request, visit_id=visit_id, typed=form)
        said = _answer(request, visit_id, form)
    except DomainError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, said)
    return redirect("visit_list")


def _answer(request: HttpRequest, visit_id: UUID, form: AnswerForm) -> str:
    act, actor, now = form.cleaned_data["act"], actor_of(request), clock.now()
    if act == "end":
        services.end(visit_id=visit_id, actor=actor, now=now)
        return _("閲覧を終わらせました。運用者は次の画面から見られません。")
    services.decide(
        visit_id=visit_id,
        grants=act == "grant",
        sees_all=form.cleaned_data["sees_all"],
        note=form.cleaned_data["note"],
        actor=actor,
        now=now,
    )
    return _("閲覧を許可しました。") if act == "grant" else _("閲覧を断りました。")


def _list(
    request: HttpRequest, *, visit_id: UUID | None = None, typed: AnswerForm | None = None
) -> HttpResponse:
    now = clock.now()
    waiting = services.waiting(now=now)
    context = {
        "waiting": [
            (each, answer_to(each, typed=typed if each.id == visit_id else None)) for each in waiting
        ],
        "form": typed,
        "running": services.running(now=now),
        "past": services.past(now=now),
        "networks": networks.allowed(),
    }
    return render(request, "accounts/visit_list.html", context, status=422 if typed else 200)


@public("an operator comes from the console with a link that works once and for a minute")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@works_while_resting
def visit_enter(request: HttpRequest, token: str) -> HttpResponse:
    """Show a button that begins the visit: what merely fetches a link uses nothing up."""
    if is_operators(current_city()) or not networks.is_allowed(address=client_address(request)):
        return errors.page_not_found(request)
    if request.method == "POST":
        now = clock.now()
        visit = services.use_entry(token=token, now=now)
        visitors.begin(request=request, visit=visit, now=now)
        return redirect("staff_home")
    return render(request, "accounts/visit_enter.html")


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
@works_while_resting
def visit_leave(request: HttpRequest) -> HttpResponse:
    """Let an operator end their own visit."""
    visit = visitors.visit_of(request)
    if visit is None:
        return redirect("staff_home")
    if request.method == "POST":
        services.end(visit_id=visit.id, actor=actor_of(request), now=clock.now())
        sessions.end(request=request, reason="visit_over")
        return redirect("sign_in")
    return render(request, "accounts/visit_leave.html", {"visit": visit})
