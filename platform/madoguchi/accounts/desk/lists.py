"""A list on a page: what was asked, how this person looks at it, and the same as a file or for print."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from madoguchi import clock
from madoguchi.accounts.desk import saved, sought
from madoguchi.accounts.desk.list_page import TICKET, Page, bulk_actions
from madoguchi.accounts.desk.whole import MOST_ROWS, Recording, Sheet, show_whole
from madoguchi.accounts.models import ListChoice, SavedView, Staff
from madoguchi.accounts.sight import eyes_of
from madoguchi.hooks.contracts.eyes import Eyes
from madoguchi.web import signing
from madoguchi.web.tables.asking import LONGEST, TYPED, Asked, columns_of, read
from madoguchi.web.tables.drawing import Drawn
from madoguchi.web.tables.parts import Table
from madoguchi.web.tables.rows import rows_of

__all__ = [
    "Page",
    "Recording",
    "Sheet",
    "address_of",
    "bulk_actions",
    "draw",
    "ids_behind",
    "read_ticket",
    "show",
    "show_whole",
]

# A page may stay open for as long as a session lives.
OPEN_FOR = timedelta(hours=9)
TICKET_FIELD = "ticket"
CSRF_FIELD = "csrfmiddlewaretoken"


def show(
    request: HttpRequest,
    *,
    table: Table,
    rows: object,
    template: str,
    context: Mapping[str, Any] | None = None,
    recording: Recording | None = None,
) -> HttpResponse:
    """Answer with a list, as a page, a file or a page for print, whichever is asked for."""
    page = draw(request, table=table, rows=rows)
    whole = show_whole(request, page, recording=recording)
    if whole is not None:
        return whole
    if recording is not None:
        recording(page.drawn.shown)
    given = {"has_errors": page.status != HTTPStatus.OK, **(context or {}), "list": page}
    return render(request, template, given, status=page.status)


def draw(
    request: HttpRequest,
    *,
    table: Table,
    rows: object,
    given: Mapping[str, str] | None = None,
    extra: str = "",
) -> Page:
    """Work out what a list shows to this person: four queries at most, its own included."""
    staff = request.user
    assert isinstance(staff, Staff)
    table = table.seen_by(eyes_of(request))
    choice = saved.choice_of(staff=staff, table=table.name)
    views = saved.views_for(staff=staff, table=table.name)
    view = _wanted_view(request, views, choice, given or {})
    asked = _asked(request, table, choice, view)
    return Page(
        drawn=Drawn(table=table, asked=asked, rows=rows_of(rows)),
        path=request.path,
        staff=staff,
        views=views,
        view=view,
        opens_with=choice.opens_with_id if choice else None,
        given=given or {},
        extra=extra,
    )


def ids_behind(*, table: Table, rows: object, query: str, eyes: Eyes) -> list[str]:
    """List the keys of all rows behind the address of a list, for a bulk action of this reader."""
    table = table.seen_by(eyes)
    asked = read(_opened(QueryDict(query), table), table=table)
    if asked.unread:
        return []
    found = rows_of(rows).narrowed(table=table, asked=asked).piece(first=0, count=MOST_ROWS)
    return [table.key(row) for row in found]


def address_of(*, ticket: Mapping[str, Any], sent: QueryDict) -> str:
    """Write the address of a list with what its form sent; what somebody typed is sealed."""
    typed = {name: text[:LONGEST] for name in ticket["typed"] if (text := sent.get(name, "").strip())}
    left_out = {TICKET_FIELD, CSRF_FIELD, TYPED, *ticket["typed"]}
    query: list[tuple[str, str]] = [
        (name, value) for name, values in sent.lists() if name not in left_out for value in values if value
    ]
    if typed:
        query.append((TYPED, sought.keep(typed, purpose=_purpose(ticket["table"]), now=clock.now())))
    return f"{ticket['path']}?{urlencode(query)}"


def read_ticket(*, text: str) -> dict[str, Any]:
    """Read which list a form came from.

    Raises BadToken.
    """
    value: dict[str, Any] = signing.read(text, purpose=TICKET, max_age=OPEN_FOR, now=clock.now())
    return value


def _purpose(table: str) -> str:
    return f"accounts.list_words:{table}"


def _sealer(table: Table) -> Callable[[Mapping[str, str]], str]:
    return partial(sought.keep, purpose=_purpose(table.name), now=clock.now())


def _opened(query: QueryDict, table: Table) -> QueryDict:
    """Put what was typed beside the rest of what an address asks for."""
    if TYPED not in query:
        return query
    whole = query.copy()
    words = sought.read(query.get(TYPED, ""), purpose=_purpose(table.name), now=clock.now())
    for name in table.typed & words.keys():
        whole[name] = words[name]
    return whole


def _wanted_view(
    request: HttpRequest, views: Sequence[SavedView], choice: ListChoice | None, given: Mapping[str, str]
) -> SavedView | None:
    wanted = request.GET.get("view", "")
    if not wanted and not (request.GET.keys() - given.keys()) and choice and choice.opens_with_id:
        wanted = str(choice.opens_with_id)
    return next((view for view in views if str(view.id) == wanted), None)


def _asked(request: HttpRequest, table: Table, choice: ListChoice | None, view: SavedView | None) -> Asked:
    usual = Asked(sort=table.sort, size=table.sizes[0], columns=table.usual_columns)
    if choice:
        size = choice.page_size if choice.page_size in table.sizes else usual.size
        usual = replace(usual, size=size, columns=columns_of(choice.columns, table=table))
    if view is None:
        return replace(read(_opened(request.GET, table), table=table, usual=usual), seal=_sealer(table))
    usual = replace(usual, columns=columns_of(view.columns, table=table))
    query = QueryDict(view.query, mutable=True)
    query["page"] = request.GET.get("page", "")
    return read(query, table=table, usual=usual)
