"""Readings over kanji on residents' pages: drawn as the page leaves, and switched off by whoever wants."""

from collections.abc import Callable, Iterable

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.urls import path
from django.views.decorators.http import require_safe

from madoguchi.web.access import public
from madoguchi.web.languages import EASY, PREFIXES
from madoguchi.web.targets import safe_path
from madoguchi.words import reading, ruby

COOKIE = "furigana"
OFF = "off"
A_YEAR = 365 * 24 * 3600
MARKED = f'data-language="{EASY}"'


class FuriganaMiddleware:
    """Draw the readings that texts carry, whoever wrote them: no template can forget it.

    It stands outside the city's transaction, because the page is finished and pages of trouble count, too.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if isinstance(response, HttpResponse) and _is_page_for_residents(request, response):
            _draw(request, response)
        return response


@public("anybody may choose how pages look")
@require_safe
def switch(request: HttpRequest) -> HttpResponse:
    """Show readings from now on, or no longer, and go back to the page."""
    back = safe_path(request, otherwise=f"{PREFIXES[EASY]}/")
    response = HttpResponseRedirect(back, status=303)
    response["Cache-Control"] = "no-store"
    if request.GET.get("show") == "0":
        response.set_cookie(
            COOKIE, OFF, max_age=A_YEAR, httponly=True, samesite="Lax", secure=request.is_secure()
        )
    else:
        response.delete_cookie(COOKIE, samesite="Lax")
    return response


def suggested(sent: QueryDict, *, fields: Iterable[str]) -> QueryDict:
    """Put suggested readings into some fields of what a member of staff sent, for them to correct.

    Raises Unavailable.
    """
    filled = sent.copy()
    for name in fields:
        if name in filled:
            filled[name] = reading.suggest(text=str(filled[name]))
    return filled


def _is_page_for_residents(request: HttpRequest, response: HttpResponse) -> bool:
    is_residents = getattr(request, "zone", "") == "resident"
    return is_residents and response.get("Content-Type", "").startswith("text/html")


def _draw(request: HttpRequest, response: HttpResponse) -> None:
    language = getattr(request, "LANGUAGE_CODE", "")
    is_shown = language.startswith("ja") and request.COOKIES.get(COOKIE) != OFF
    page = response.content.decode(response.charset)
    drawn = ruby.in_page(page, is_shown=is_shown)
    if language == EASY and not is_shown:
        drawn = drawn.replace(MARKED, f'{MARKED} data-furigana="off"', 1)
    if drawn is page:
        return
    response.content = drawn.encode(response.charset)
    if response.has_header("Content-Length"):
        response["Content-Length"] = str(len(response.content))


urlpatterns = [path("furigana/", switch, name="furigana")]
