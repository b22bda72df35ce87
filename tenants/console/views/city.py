"""One city: what was agreed, what is on, how it fares, and what operators may change."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from madoguchi import clock
from madoguchi.accounts.services import actor_of
from madoguchi.errors import DomainError
from madoguchi.web.access import requires
from tenants import states, switching
from tenants.console import counting
from tenants.console.agreements import Agreed, change_agreed, read_agreed
from tenants.console.city import CityUnknown, CityView, find_record, history, view_city
from tenants.console.declarations import (
    CHANGE_CONTRACTS,
    CHANGE_STATES,
    COUNT_ROWS,
    SWITCH_PLUGINS,
    VIEW_FLEET,
)
from tenants.console.forms import ContractForm
from tenants.console.health import health_of
from tenants.console.views.rights import rights


@requires(VIEW_FLEET)
@require_safe
def city_page(request: HttpRequest, code: str) -> HttpResponse:
    """Show one city."""
    return show_city(request, view_city(code=code, today=clock.today()))


@requires(COUNT_ROWS)
@require_http_methods(["GET", "POST"])
def city_counts(request: HttpRequest, code: str) -> HttpResponse:
    """Count what a city holds: numbers only, written down in the city's own audit list."""
    if request.method == "GET":  # the address of the numbers, opened later
        return redirect("city_page", code)
    view = view_city(code=code, today=clock.today())
    counts = counting.count_rows(city=find_record(code), actor=actor_of(request), now=clock.now())
    return show_city(request, view, counts=counts)


def show_city(
    request: HttpRequest, view: CityView, *, counts: list[counting.Count] | None = None
) -> HttpResponse:
    """Draw the city page, with the numbers when they were asked for."""
    code = view.row.code
    context = {
        "view": view,
        "health": health_of(city=find_record(code), now=clock.now()),
        "history": history(code=code),
        "counts": counts,
        "may": rights(request),
    }
    return render(request, "tenants/console/city.html", context)


@requires(SWITCH_PLUGINS)
@require_http_methods(["GET", "POST"])
def city_switch(request: HttpRequest, code: str, plugin: str, to: str) -> HttpResponse:
    """Say what a switch does, and do it when confirmed."""
    city = find_record(code)
    line = next((each for each in switching.lines(city=city) if each.plugin == plugin), None)
    if line is None or to not in ("on", "off"):
        raise CityUnknown(plugin=plugin)
    if request.method == "POST":
        switch = switching.switch_on if to == "on" else switching.switch_off
        try:
            switch(city=city, plugin=plugin, actor=actor_of(request), now=clock.now())
        except DomainError as refused:
            messages.error(request, str(refused))
        else:
            text = _("%(plugin)sを有効にしました。") if to == "on" else _("%(plugin)sを無効にしました。")
            messages.success(request, text % {"plugin": line.label})
        return redirect("city_page", code)
    context = {"city_name": city.name, "code": code, "line": line, "to": to}
    return render(request, "tenants/console/switch.html", context)


@requires(CHANGE_STATES)
@require_http_methods(["GET", "POST"])
def city_state(request: HttpRequest, code: str, to: str) -> HttpResponse:
    """Say what another state means for a city, and move it there when confirmed."""
    view = view_city(code=code, today=clock.today())
    label = dict(view.next_states).get(to)
    if label is None:
        messages.error(request, _("この状態からは、その状態に変更できません。"))
        return redirect("city_page", code)
    if request.method == "POST":
        try:
            states.change_state(city=find_record(code), to=to, actor=actor_of(request), now=clock.now())
        except DomainError as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _("状態を「%(state)s」にしました。") % {"state": label})
        return redirect("city_page", code)
    context = {"view": view, "to": to, "label": label}
    return render(request, "tenants/console/state.html", context)


@requires(CHANGE_CONTRACTS)
@require_http_methods(["GET", "POST"])
def city_contract(request: HttpRequest, code: str) -> HttpResponse:
    """Change the term, the plugins and the rules of a contract."""
    city = find_record(code)
    form = ContractForm(request.POST or None, initial=vars(read_agreed(city=city)))
    if request.method == "POST" and form.is_valid():
        try:
            change_agreed(
                city=city, agreed=Agreed(**form.cleaned_data), actor=actor_of(request), now=clock.now()
            )
        except switching.StillOn as refused:
            form.add_error("plugins", str(refused))
        except DomainError as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("契約を保存しました。"))
            return redirect("city_page", code)
    context = {"form": form, "city_name": city.name, "code": code}
    return render(request, "tenants/console/contract.html", context, status=422 if form.errors else 200)
