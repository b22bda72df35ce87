"""The way to a new city: wishes written step by step, sent, followed and, if need be, corrected."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi import clock
from madoguchi.accounts.services import actor_of
from madoguchi.errors import DomainError, NotFound
from madoguchi.web.access import requires
from tenants.console.badges import REQUESTS
from tenants.console.choosing import find_municipality, search_municipalities
from tenants.console.declarations import CREATE_CITIES
from tenants.console.following import follow
from tenants.console.wizard import STEPS, is_answered, step_after, step_of
from tenants.models import RequestState
from tenants.provisioning import orders

LISTED = 50


@requires(CREATE_CITIES)
@require_safe
def request_list(request: HttpRequest) -> HttpResponse:
    """List the wishes for cities, the newest first."""
    rows = [(row, REQUESTS[RequestState(row.state)]) for row in orders.newest(limit=LISTED)]
    return render(request, "tenants/console/requests.html", {"rows": rows})


@requires(CREATE_CITIES)
@require_http_methods(["GET", "POST"])
def request_new(request: HttpRequest) -> HttpResponse:
    """Let somebody choose the municipality and begin a wish for it."""
    if request.method == "POST":
        found = find_municipality(request.POST.get("code", ""))
        request_id = orders.draft(profile=found, actor=actor_of(request), now=clock.now())
        return redirect("request_step", request_id, STEPS[0].key)
    words = request.GET.get("words", "")
    context = {"words": words, "found": search_municipalities(words), "has_words": bool(words.strip())}
    return render(request, "tenants/console/request_new.html", context)


@requires(CREATE_CITIES)
@require_http_methods(["GET", "POST"])
def request_step(request: HttpRequest, request_id: UUID, step: str) -> HttpResponse:
    """Ask for one part of the wish."""
    row = orders.find(request_id=request_id)
    kind = step_of(step)
    if kind is None:
        raise NotFound(step=step)
    form = kind(request.POST or None, initial=kind.initial_of(row.profile))
    if request.method == "POST" and form.is_valid():
        sections = form.sections(row.profile)
        orders.change(request_id=request_id, sections=sections, actor=actor_of(request), now=clock.now())
        return redirect(*_next_page(request_id, step, {**row.profile, **sections}))
    number = [each.key for each in STEPS].index(step) + 1
    context = {"row": row, "form": form, "title": kind.title, "now": number, "total": len(STEPS) + 1}
    return render(request, "tenants/console/request_step.html", context, status=422 if form.errors else 200)


def _next_page(request_id: UUID, step: str, profile: Mapping[str, Any]) -> tuple[Any, ...]:
    """Go on with the next question, or back to the check where all was answered before."""
    following = step_after(step)
    if not following or all(is_answered(each, profile) for each in STEPS):
        return ("request_page", request_id)
    return ("request_step", request_id, following)


@requires(CREATE_CITIES)
@never_cache
@require_safe
def request_page(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Show a wish: to be checked, under way, failed or fulfilled."""
    return show_request(request, request_id)


@requires(CREATE_CITIES)
@require_POST
def request_send(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Send a checked wish."""
    try:
        orders.send(request_id=request_id, actor=actor_of(request), now=clock.now())
    except DomainError as refused:
        messages.error(request, str(refused))
    return redirect("request_page", request_id)


@requires(CREATE_CITIES)
@require_POST
def request_approve(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Approve a wish that another operator sent, or send it back."""
    decide = orders.send_back if "back" in request.POST else orders.approve
    try:
        decide(request_id=request_id, actor=actor_of(request), now=clock.now())
    except DomainError as refused:
        messages.error(request, str(refused))
    return redirect("request_page", request_id)


@requires(CREATE_CITIES)
@require_POST
def request_drop(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Give a wish up."""
    try:
        orders.drop(request_id=request_id, actor=actor_of(request), now=clock.now())
    except DomainError as refused:
        messages.error(request, str(refused))
        return redirect("request_page", request_id)
    messages.success(request, _("作成を取りやめました。"))
    return redirect("request_list")


@requires(CREATE_CITIES)
@never_cache
@require_http_methods(["GET", "POST"])
def request_code(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Show the first administrator's code, once."""
    if request.method == "GET":  # the address of the code, opened later
        return redirect("request_page", request_id)
    code = orders.reveal_code(request_id=request_id, actor=actor_of(request), now=clock.now())
    return show_request(request, request_id, code=code)


@requires(CREATE_CITIES)
@require_POST
def request_code_again(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Ask for another code for a first administrator who never signed in."""
    try:
        orders.ask_again(request_id=request_id, actor=actor_of(request), now=clock.now())
    except DomainError as refused:
        messages.error(request, str(refused))
    return redirect("request_page", request_id)


def show_request(request: HttpRequest, request_id: UUID, *, code: str = "") -> HttpResponse:
    """Draw the page of a wish, with the code at the one time it is shown."""
    row = orders.find(request_id=request_id)
    context = {"row": row, "view": follow(row, now=clock.now()), "code": code}
    return render(request, "tenants/console/request.html", context)
