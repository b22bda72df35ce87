"""The resident site, and beside it views that ask the database once and five times."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from deploy.urls.resident import urlpatterns as resident
from madoguchi.accounts.models import Role
from madoguchi.web.access import public

KEYS = ("counter_clerk", "call_centre", "city_admin", "auditor", "site_editor")


@public("a benchmark of this machine alone")
def ask(request: HttpRequest, count: int) -> HttpResponse:
    """Read so many rows, each with a query of its own."""
    names = [Role.objects.get(key=key).name for key in KEYS[:count]]
    return HttpResponse(" ".join(names))


urlpatterns = [path("ask/<int:count>/", ask), *resident]
