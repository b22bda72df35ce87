"""A city's health for probes, and its availability for its own staff."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from madoguchi import clock
from madoguchi.tenancy import current_city
from madoguchi.web.access import public, requires
from tenants.watch import checks, drawing, queries
from tenants.watch.declarations import VIEW_AVAILABILITY

DAYS_SHOWN = 30


@public("a probe has no account; it learns which services work and nothing else")
@never_cache
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """Say which plugins of this city can be read; 503 when one cannot."""
    found = checks.run_checks()
    plugins = {plugin: "up" if is_up else "down" for plugin, is_up in found.items()}
    return JsonResponse({"plugins": plugins}, status=200 if all(found.values()) else 503)


@requires(VIEW_AVAILABILITY)
@require_safe
def availability(request: HttpRequest) -> HttpResponse:
    """Show today minute by minute and the last 30 days."""
    city, now = current_city(), clock.now()
    today = clock.local(now).date()
    first = today - timedelta(days=DAYS_SHOWN - 1)
    context = {
        "today": today,
        "now": clock.local(now),
        "lines": [drawing.draw(line) for line in queries.today(city=city, now=now)],
        "history": queries.days(city=city, first=first, last=today, now=now),
    }
    return render(request, "tenants/watch/availability.html", context)
