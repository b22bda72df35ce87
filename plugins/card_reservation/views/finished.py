"""The calendar's page as finished bytes: what a rush asks for most is drawn again only for a new colour."""

import re
from collections.abc import Callable, Hashable

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.utils.translation import get_language

from madoguchi.web import text_sizes
from plugins.card_reservation.queries.fresh import Fresh, remember
from plugins.card_reservation.views.calendar import Calendar

# The addresses to which the page itself leads; any other is drawn for whoever wrote it.
OUR_ADDRESSES = re.compile(
    r"(place=[0-9a-f-]{36}&?)?((view=list&)?(month=20\d\d-(0[1-9]|1[0-2])|day=20\d\d-\d\d-\d\d))?", re.ASCII
)
# Names in the head and foot of the page may be this many times older than a colour.
KEPT_TIMES = 5
TOKEN = "the-token-of-whoever-reads-this-page"  # noqa: S105
SECRET = "the-link-of-whoever-reads-this-page"  # noqa: S105
PAGES = Fresh(largest=500)


def show_finished(
    request: HttpRequest,
    calendar: Calendar,
    *,
    key: Hashable,
    render: Callable[..., HttpResponse],
    secret: str = "",
) -> HttpResponse:
    """Show the page of a calendar that is the same for every visitor but for the form's token.

    A secret in the address is in nobody else's page.
    """
    query = request.META.get("QUERY_STRING", "")
    if not OUR_ADDRESSES.fullmatch(query):
        return render()
    page = remember(
        (*_look(request, secret), query, key, calendar.colours.version),
        lambda: _swapped(render(csrf_token=TOKEN).content, secret, SECRET),
        times=KEPT_TIMES,
        kept_in=PAGES,
    )
    response = HttpResponse(_with_token(_swapped(page, SECRET, secret), request))
    response["Cache-Control"] = "no-store"
    return response


def _look(request: HttpRequest, secret: str) -> tuple[Hashable, ...]:
    """Name what a reader chose that changes the page: the address, the language, the size of the letters."""
    path = request.path.replace(secret, SECRET) if secret else request.path
    return "page", path, get_language(), text_sizes.size_of(request)


def _swapped(page: bytes, before: str, after: str) -> bytes:
    return page.replace(before.encode(), after.encode()) if before and after else page


def _with_token(page: bytes, request: HttpRequest) -> bytes:
    mark = TOKEN.encode()
    return page.replace(mark, get_token(request).encode()) if mark in page else page
