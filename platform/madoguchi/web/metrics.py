"""Counting every answer of a city, and the page on which a monitor reads the counts."""

import hmac
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.module_loading import import_string

from madoguchi import clock
from madoguchi.web.counters import counters_of
from madoguchi.web.middleware import host_of

Handler = Callable[[HttpRequest], HttpResponseBase]

PAGE = "/metrics"
# Probes ask for it once a minute; what residents meet is counted, not how often we look, nor
# that announced work closed the doors.
NOT_COUNTED = "/healthz"
TEXT_FORMAT = "text/plain; version=0.0.4; charset=utf-8"


class MetricsMiddleware:
    """Count answers by city, class and time."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        self._counters = counters_of(Path(settings.MADOGUCHI["METRICS"]))

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path == PAGE and _may_be_here(request):
            return _page(request)
        begin = perf_counter()
        response = self.get_response(request)
        city = getattr(request, "city", None)
        if city is not None and request.path != NOT_COUNTED and not hasattr(response, "is_planned"):
            self._counters.count(city=city.code, status=response.status_code, seconds=perf_counter() - begin)
        return response


def _may_be_here(request: HttpRequest) -> bool:
    """Tell whether there is such a page: with a token set, and under no name that people use."""
    if not settings.MADOGUCHI["METRICS_TOKEN"]:
        return False
    return host_of(request) is None


def _page(request: HttpRequest) -> HttpResponse:
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    token = settings.MADOGUCHI["METRICS_TOKEN"]
    if scheme.lower() != "bearer" or not hmac.compare_digest(given.encode(), token.encode()):
        return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
    page: Callable[..., str] = import_string(settings.MADOGUCHI["METRICS_PAGE"])
    return HttpResponse(page(now=clock.now()), content_type=TEXT_FORMAT)
