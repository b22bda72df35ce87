"""Whether this process lives and whether it may be sent requests: asked by address, without a city."""

from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.module_loading import import_string

Handler = Callable[[HttpRequest], HttpResponseBase]

ENDING = "this process is about to end"


class HealthMiddleware:
    """Answer the probes of the process before anything that needs a city."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path == "/livez":
            return _plain("ok", status=200)
        if request.path == "/readyz":
            reason = _why_not_ready()
            return _plain(reason or "ok", status=503 if reason else 200)
        return self.get_response(request)


def _why_not_ready() -> str:
    """Say what keeps requests away; mail and cache do not."""
    drain = settings.MADOGUCHI["DRAIN_FILE"]
    if drain and Path(drain).exists():
        return ENDING
    reason: str = import_string(settings.MADOGUCHI["READINESS"])()
    return reason


def _plain(text: str, *, status: int) -> HttpResponse:
    return HttpResponse(
        text, status=status, content_type="text/plain; charset=utf-8", headers={"Cache-Control": "no-store"}
    )
