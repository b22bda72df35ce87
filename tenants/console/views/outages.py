"""Planned outages in our operators' hands: announced, followed, changed and ended."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi import clock
from madoguchi.accounts.models import Staff
from madoguchi.accounts.services import actor_of
from madoguchi.errors import DomainError
from madoguchi.web.access import requires
from madoguchi.web.maintenance import PARAMETER
from tenants.console.badges import CONSENTS, OUTAGES
from tenants.console.fleet import read_fleet
from tenants.console.forms import FleetFilterForm
from tenants.console.outage_forms import OutageForm, TimesForm
from tenants.directory import directory
from tenants.outages import queries, services
from tenants.outages.declarations import PLAN, VIEW
from tenants.outages.planning import Plan, make_plan

SHOWN = 200
DONE = {
    "moved": gettext_lazy("日時を変更しました。承諾が必要な自治体には、もう一度尋ねます。"),
    "shortened": gettext_lazy("計画停止を短くしました。"),
    "extended": gettext_lazy("終了予定を延ばしました。延びた時間は、停止として数えます。"),
}


@requires(VIEW)
@require_safe
def outage_list(request: HttpRequest) -> HttpResponse:
    """List the outages, the newest first."""
    lines = [(line, OUTAGES[line.phase]) for line in queries.outage_list(now=clock.now())]
    return render(request, "tenants/outages/list.html", {"lines": lines, "may_plan": _may_plan(request)})


@requires(PLAN)
@require_http_methods(["GET", "POST"])
def outage_new(request: HttpRequest) -> HttpResponse:
    """Write a new outage, show what the contracts say to it, and announce it when confirmed."""
    filtered = _filtered(request)
    scope = "chosen" if request.GET.get("codes") else "filtered" if filtered else ""
    form = OutageForm(
        request.POST or None,
        has_filter=bool(filtered),
        initial={"scope": scope, "codes": request.GET.get("codes", "")},
    )
    context: dict[str, Any] = {"form": form, "filtered": filtered and len(filtered), "shown": SHOWN}
    status = 200
    if request.method == "POST" and form.is_valid():
        codes = _codes(form, filtered)
        context["plan"] = plan = make_plan(codes=codes, span=form.span, now=clock.now())
        if "confirmed" in request.POST:
            made = _announce(request, form, codes)
            if made is not None:
                return redirect("outage_page", made)
        status = 409 if _stands_against(form, plan) or form.errors else 200
        context["is_possible"] = status == 200 and bool(plan.cities)
    return render(request, "tenants/outages/new.html", context, status=422 if form.errors else status)


@requires(VIEW)
@never_cache
@require_safe
def outage_page(request: HttpRequest, outage_id: UUID) -> HttpResponse:
    """Show one outage, its cities and what can still be done."""
    return _show(request, outage_id)


@requires(PLAN)
@require_http_methods(["GET", "POST"])
def outage_change(request: HttpRequest, outage_id: UUID) -> HttpResponse:
    """Move, shorten or extend an outage."""
    row = queries.outage(outage_id=outage_id, now=clock.now()).row
    initial = {"starts_at": clock.local(row.starts_at), "ends_at": clock.local(row.ends_at)}
    form = TimesForm(request.POST or None, initial=initial)
    plan = None
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["emergency_reason"].strip()
        try:
            change = services.reschedule(
                outage_id=outage_id,
                span=form.span,
                emergency_reason=reason,
                actor=actor_of(request),
                now=clock.now(),
            )
        except DomainError as refused:
            form.add_error(None, str(refused))
            found = refused.details.get("plan")
            plan = found if isinstance(found, Plan) else None
        else:
            messages.success(request, str(DONE[change]))
            return redirect("outage_page", outage_id)
    context = {"form": form, "plan": plan, "row": row, "shown": SHOWN}
    return render(request, "tenants/outages/change.html", context, status=422 if form.errors else 200)


@requires(PLAN)
@require_POST
def outage_cancel(request: HttpRequest, outage_id: UUID) -> HttpResponse:
    """Call an outage off."""
    return _act(request, outage_id, services.cancel, _("計画停止を取りやめました。"))


@requires(PLAN)
@require_POST
def outage_reopen(request: HttpRequest, outage_id: UUID) -> HttpResponse:
    """Open the doors again."""
    return _act(
        request, outage_id, services.reopen, _("再開しました。数秒のうちに、すべての画面が開きます。")
    )


@requires(PLAN)
@never_cache
@require_POST
def outage_pass(request: HttpRequest, outage_id: UUID) -> HttpResponse:
    """Make the links with which testers enter; they are shown once."""
    try:
        secret = services.make_pass(outage_id=outage_id, actor=actor_of(request), now=clock.now())
    except DomainError as refused:
        messages.error(request, str(refused))
        return redirect("outage_page", outage_id)
    return _show(request, outage_id, secret=secret)


def _show(request: HttpRequest, outage_id: UUID, *, secret: str = "") -> HttpResponse:
    view = queries.outage(outage_id=outage_id, now=clock.now())
    context = {
        "view": view,
        "badge": OUTAGES[view.phase],
        "cities": [(line, CONSENTS[line.consent]) for line in view.cities[:SHOWN]],
        "hidden": max(0, len(view.cities) - SHOWN),
        "links": _links(view, secret) if secret else [],
        "may_plan": _may_plan(request),
    }
    return render(request, "tenants/outages/page.html", context)


def _links(view: queries.OutageView, secret: str) -> list[tuple[str, str]]:
    links = []
    for line in view.cities[:SHOWN]:
        city = directory.by_code(line.code)
        for url in (city.resident_url, city.staff_url) if city else ():
            links.append((line.name, f"{url}/?{PARAMETER}={secret}"))
    return links


def _act(request: HttpRequest, outage_id: UUID, act: Callable[..., None], text: str) -> HttpResponse:
    try:
        act(outage_id=outage_id, actor=actor_of(request), now=clock.now())
    except DomainError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, text)
    return redirect("outage_page", outage_id)


def _announce(request: HttpRequest, form: OutageForm, codes: list[str]) -> UUID | None:
    wish = services.Wish(
        span=form.span,
        reasons=form.reasons,
        codes=codes,
        emergency_reason=form.cleaned_data["emergency_reason"].strip(),
        opens_by_itself=form.cleaned_data["opens_by_itself"],
        leaves_out=form.cleaned_data["leaves_out"],
    )
    try:
        made = services.announce(wish=wish, actor=actor_of(request), now=clock.now())
    except DomainError as refused:
        form.add_error(None, str(refused))
        return None
    messages.success(request, _("計画停止を予定しました。"))
    return made.id


def _stands_against(form: OutageForm, plan: Plan) -> bool:
    """Tell whether the plan is refused as it is."""
    if form.cleaned_data["leaves_out"]:
        return all(city.obstacle for city in plan.cities)
    is_emergency = bool(form.cleaned_data["emergency_reason"].strip())
    return bool(plan.overlapping) or (bool(plan.too_late) and not is_emergency)


def _codes(form: OutageForm, filtered: list[str]) -> list[str]:
    scope = form.cleaned_data["scope"]
    if scope == "chosen":
        return form.chosen
    if scope == "filtered":
        return filtered
    return [line.code for line in read_fleet(now=clock.now()).lines]


def _filtered(request: HttpRequest) -> list[str]:
    """List the cities of the fleet list as it was filtered when somebody came from there."""
    query = QueryDict(request.GET.urlencode(), mutable=True)
    query.pop("codes", None)
    if not query:
        return []
    fleet = read_fleet(now=clock.now())
    form = FleetFilterForm(query, prefectures=fleet.prefectures)
    return [line.code for line in fleet.chosen(form.wanted)] if form.is_filtering else []


def _may_plan(request: HttpRequest) -> bool:
    return isinstance(request.user, Staff) and request.user.has_permission(PLAN)
