"""How large a reader wants the letters of residents' pages: kept in a cookie, never with a person."""

from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from madoguchi.web.access import public
from madoguchi.web.targets import safe_path

COOKIE: Final = "text_size"
A_YEAR: Final = 365 * 24 * 3600
STANDARD: Final = "standard"
SIZES: Final = {STANDARD: _("標準"), "large": _("大きく"), "largest": _("もっと大きく")}


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A size of letters and the address that chooses it."""

    key: str
    label: "str | Promise"
    url: str
    is_current: bool


def size_of(request: HttpRequest) -> str:
    """Read the size that this reader chose."""
    chosen = request.COOKIES.get(COOKIE, STANDARD)
    return chosen if chosen in SIZES else STANDARD


def choices(request: HttpRequest) -> list[Choice]:
    """List the sizes, each with an address that comes back to this very page."""
    current, address = size_of(request), reverse("text_size")
    # The answer to a form is no page to come back to; its address shows it afresh.
    back = request.get_full_path()
    return [
        Choice(
            key=key,
            label=label,
            url=f"{address}?{urlencode({'to': key, 'next': back})}",
            is_current=key == current,
        )
        for key, label in SIZES.items()
    ]


@public("a reader chooses how large letters are; nothing is kept but a cookie")
@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """Keep the size of letters in a cookie and come back to the page."""
    response = redirect(safe_path(request, otherwise="/"))
    chosen = request.GET.get("to", STANDARD)
    response.set_cookie(
        COOKIE,
        chosen if chosen in SIZES else STANDARD,
        max_age=A_YEAR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    response["Cache-Control"] = "no-store"
    return response


urlpatterns = [path("text-size/", choose, name="text_size")]
