"""The residents' home page as it would look, drawn inside the staff's page and never acted upon."""

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.template.loader import render_to_string
from django.urls import get_urlconf, resolve, set_urlconf
from django.utils import translation

from madoguchi.web.brands import Brand
from madoguchi.web.languages import PREFIXES

RESIDENT = "resident"


def home_page(request: HttpRequest, *, brand: Brand, language: str) -> HttpResponse:
    """Draw the home page in a look and a language, as somebody who is not signed in sees it."""
    inner = _stranger(request, path=f"{PREFIXES[language]}/")
    inner.draft_brand = brand
    with _as_residents_read(language):
        inner.LANGUAGE_CODE = language
        try:
            return HttpResponse(_content(inner))
        except Http404:
            # A city may have taken its home page down.
            return HttpResponse(render_to_string("brand/sample.html", {}, inner))


def _stranger(request: HttpRequest, *, path: str) -> Any:
    inner: Any = copy.copy(request)
    inner.path = inner.path_info = path
    inner.method = "GET"
    inner.GET = inner.POST = QueryDict()
    inner.COOKIES = {}
    inner.user = AnonymousUser()
    inner.zone = RESIDENT
    inner.urlconf = settings.MADOGUCHI["URLCONFS"][RESIDENT]
    inner.resolver_match = None
    # Messages for the clerk stay for the clerk.
    inner._messages = ()
    return inner


def _content(inner: HttpRequest) -> bytes:
    match = resolve(inner.path_info)
    inner.resolver_match = match
    response: HttpResponseBase = match.func(inner, *match.args, **match.kwargs)
    render = getattr(response, "render", None)
    if render is not None:
        render()
    if response.status_code != 200:
        raise Http404
    return bytes(response.content)  # type: ignore[attr-defined]


@contextmanager
def _as_residents_read(language: str) -> Iterator[None]:
    before = get_urlconf()
    set_urlconf(settings.MADOGUCHI["URLCONFS"][RESIDENT])
    try:
        with translation.override(language):
            yield
    finally:
        set_urlconf(before)
