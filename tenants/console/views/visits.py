"""Visits of a city on the console: ask, open, end."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from madoguchi import clock
from madoguchi.accounts.services import actor_of
from madoguchi.errors import DomainError
from madoguchi.web.access import requires
from tenants.console.badges import VISITS
from tenants.console.city import find_record
from tenants.console.declarations import ASK_VISITS
from tenants.console.visit_forms import AskForm
from tenants.visits import asking


@requires(ASK_VISITS)
@require_http_methods(["GET", "POST"])
@never_cache
def city_visits(request: HttpRequest, code: str) -> HttpResponse:
    """List the visits to a city, and ask for one."""
    city, actor, now = find_record(code), actor_of(request), clock.now()
    form = AskForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            asking.ask(city=city, actor=actor, now=now, **form.cleaned_data)
        except DomainError as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("申請しました。自治体の回答を待ってください。"))
            return redirect("city_visits", code)
    lines = [(line, VISITS[line.state]) for line in asking.lines(city=city, actor=actor, now=now)]
    context = {"form": form, "lines": lines, "city_name": city.name, "code": code}
    return render(request, "tenants/visits/city.html", context, status=422 if form.errors else 200)


@requires(ASK_VISITS)
@require_POST
@never_cache
def city_visit(request: HttpRequest, code: str, visit_id: UUID, act: str) -> HttpResponse:
    """Give the way into a city that has let this operator in, or end the visit."""
    city, actor, now = find_record(code), actor_of(request), clock.now()
    try:
        if act == "open":
            address = asking.open_way(city=city, visit_id=visit_id, actor=actor, now=now)
            context = {"address": address, "city_name": city.name, "code": code}
            return render(request, "tenants/visits/way.html", context)
        asking.end(city=city, visit_id=visit_id, actor=actor, now=now)
        messages.success(request, _("閲覧を終えました。"))
    except DomainError as refused:
        messages.error(request, str(refused) or _("この閲覧は、もう終わっています。"))
    return redirect("city_visits", code)
