"""Pages built wrongly on purpose: what looks for holes has to find these, or it would find none at all."""

import subprocess
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt

from madoguchi.web.access import public

planted = public("a hole for tests to find")


@planted
def concatenated(request: HttpRequest) -> HttpResponse:
    """Put what was asked into the words of a query."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT name FROM accounts_role WHERE name = '{request.GET.get('q', '')}'")
        return HttpResponse(str(cursor.fetchall()))


@planted
def echoing(request: HttpRequest) -> HttpResponse:
    """Write what was asked into the page as it is."""
    return HttpResponse(f"<p>{request.GET.get('q', '')}</p>")


@planted
def reading(request: HttpRequest) -> HttpResponse:
    """Open whatever file is named."""
    return HttpResponse(Path(settings.MEDIA_ROOT, request.GET.get("q", "")).read_bytes())


@planted
def running(request: HttpRequest) -> HttpResponse:
    """Hand what was asked to a shell."""
    return HttpResponse(subprocess.getoutput(f"echo {request.GET.get('q', '')}"))


@planted
def leading(request: HttpRequest) -> HttpResponse:
    """Lead wherever the address says."""
    return HttpResponseRedirect(request.GET.get("next", "/"))


@planted
def heading(request: HttpRequest) -> HttpResponse:
    """Write what was asked into a header."""
    return HttpResponse(headers={"X-Asked": request.GET.get("q", "")})


@csrf_exempt
@planted
def taking(request: HttpRequest) -> HttpResponse:
    """Take a form from anywhere."""
    return HttpResponse("taken")


def unguarded(request: HttpRequest) -> HttpResponse:
    """Ask nobody who he is."""
    return HttpResponse("personal")


urlpatterns = [
    path("planted/concatenated/", concatenated),
    path("planted/echoing/", echoing),
    path("planted/reading/", reading),
    path("planted/running/", running),
    path("planted/leading/", leading),
    path("planted/heading/", heading),
    path("planted/taking/", taking),
    path("planted/unguarded/", unguarded),
    path("", include("deploy.urls.staff")),
]
