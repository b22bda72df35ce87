"""A list on a page: what was asked, how this person looks at it, and the same as a file or for print."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse

from madoguchi import clock
from madoguchi.accounts import asking
from madoguchi.accounts.declarations import EXPORT_LISTS, SHARE_VIEWS
from madoguchi.accounts.desk import saved
from madoguchi.accounts.models import ListChoice, SavedView, Staff
from madoguchi.accounts.services import actor_of
from madoguchi.accounts.sight import eyes_of
from madoguchi.hooks.contracts.eyes import Eyes
from madoguchi.hooks.registry import plugins
from madoguchi.hooks.values import BulkAction
from madoguchi.ledger.audit import services as audit
from madoguchi.web import signing
from madoguchi.web.access import refuse
from madoguchi.web.tables.asking import Asked, columns_of, read
from madoguchi.web.tables.drawing import Chip, Drawn
from madoguchi.web.tables.files import csv_text, table_text
from madoguchi.web.tables.parts import Table
from madoguchi.web.tables.rows import rows_of

TICKET = "accounts.list"
# A page may stay open for as long as a session lives.
OPEN_FOR = timedelta(hours=9)
MOST_ROWS = 5_000
MOST_PRINTED = 1_000
Recording = Callable[[Sequence[Any]], None]


@dataclass(frozen=True, kw_only=True)
class Page:
    """A list, ready for web/tables/list.html."""

    drawn: Drawn
    path: str
    staff: Staff
    views: Sequence[SavedView]
    view: SavedView | None
    opens_with: UUID | None
    given: Mapping[str, str] = field(default_factory=dict)
    # A template with questions of the page itself, asked in the same form.
    extra: str = ""

    @property
    def base(self) -> str:
        """Write what every address of this list begins with."""
        return f"{urlencode(self.given)}&" if self.given else ""

    @property
    def kept(self) -> list[tuple[str, str]]:
        """List what the filter form sends along."""
        return [] if self.extra else list(self.given.items())

    @property
    def query(self) -> str:
        """Write the address of what is shown."""
        return self.drawn.asked.query(page=self.drawn.page)

    @property
    def may_print(self) -> bool:
        """Tell whether this person may have the whole list at once, to print or copy it."""
        return self.staff.has_permission(EXPORT_LISTS)

    @property
    def may_export(self) -> bool:
        """Tell whether this person may take the list away as a file."""
        return self.drawn.table.has_file and self.may_print

    @property
    def may_share(self) -> bool:
        """Tell whether this person may share views with everybody."""
        return self.staff.has_permission(SHARE_VIEWS)

    @property
    def may_change_view(self) -> bool:
        """Tell whether the view that is on may be changed, or at least be the first to be seen."""
        return self.view is not None

    @property
    def actions(self) -> list[tuple[str, str]]:
        """List what this person may do to many rows."""
        wanted = self.drawn.table.actions
        if not wanted or not self.bulk_url:
            return []
        known = bulk_actions()
        return [
            (name, str(known[name].label))
            for name in wanted
            if name in known and self.staff.has_permission(known[name].permission)
        ]

    @property
    def bulk_url(self) -> str:
        """Name where chosen rows are sent; empty where nothing is done in bulk."""
        try:
            return reverse("jobs:bulk_ask")
        except NoReverseMatch:
            return ""

    @property
    def ticket(self) -> str:
        """Sign which list this is and what it shows, for the forms around it."""
        asked = self.drawn.asked
        value = {
            "table": self.drawn.table.name,
            "path": self.path,
            "given": dict(self.given),
            "kept": asked.kept(table=self.drawn.table),
            "query": self.base + asked.query(),
            "columns": list(asked.columns),
        }
        return signing.sign(value, purpose=TICKET, now=clock.now())


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
    return render(request, template, {**(context or {}), "list": page})


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


def show_whole(
    request: HttpRequest, page: Page, *, recording: Recording | None = None
) -> HttpResponse | None:
    """Answer with all rows where a file or a print was asked for, otherwise with nothing."""
    form = request.GET.get("as", "")
    return _whole(request, page, form, recording) if form in ("csv", "print") else None


def ids_behind(*, table: Table, rows: object, query: str, eyes: Eyes) -> list[str]:
    """List the keys of all rows behind the address of a list, for a bulk action of this reader."""
    table = table.seen_by(eyes)
    asked = read(QueryDict(query), table=table)
    found = rows_of(rows).narrowed(table=table, asked=asked).piece(first=0, count=MOST_ROWS)
    return [table.key(row) for row in found]


def bulk_actions() -> dict[str, BulkAction]:
    """Name every declared bulk action."""
    return {each.name: each for each in plugins.declared("bulk_actions")}


def read_ticket(*, text: str) -> dict[str, Any]:
    """Read which list a form came from.

    Raises BadToken.
    """
    value: dict[str, Any] = signing.read(text, purpose=TICKET, max_age=OPEN_FOR, now=clock.now())
    return value


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
        return read(request.GET, table=table, usual=usual)
    usual = replace(usual, columns=columns_of(view.columns, table=table))
    query = QueryDict(view.query, mutable=True)
    query["page"] = request.GET.get("page", "")
    return read(query, table=table, usual=usual)


def _whole(request: HttpRequest, page: Page, form: str, recording: Recording | None) -> HttpResponse:
    most = MOST_ROWS if form == "csv" else MOST_PRINTED
    if not (page.may_export if form == "csv" else page.may_print):
        refuse(request, permission=EXPORT_LISTS)
    rows = page.drawn.all_rows(most=most)
    if recording is not None:
        recording(rows)
    _record(request, page, form, len(rows))
    lines = table_text(columns=page.drawn.columns, rows=rows)
    return _file(page, lines) if form == "csv" else _print(request, page, lines, most)


def _record(request: HttpRequest, page: Page, form: str, count: int) -> None:
    audit.record(
        actor=actor_of(request),
        action="accounts.list_exported" if form == "csv" else "accounts.list_printed",
        object_type="accounts.list",
        object_ids=[page.drawn.table.name],
        details={"rows": count, "filters": sorted(page.drawn.asked.chosen)},
        now=clock.now(),
    )


def _file(page: Page, lines: Sequence[Sequence[str]]) -> HttpResponse:
    response = HttpResponse(csv_text(lines, mark=asking.mark()), content_type="text/csv; charset=utf-8")
    name = page.drawn.table.name.replace(".", "-")
    response["Content-Disposition"] = f'attachment; filename="{name}-{clock.today():%Y%m%d}.csv"'
    return response


def _print(request: HttpRequest, page: Page, lines: list[list[str]], most: int) -> HttpResponse:
    chips: list[Chip] = page.drawn.chips
    context = {
        "table": page.drawn.table,
        "head": lines[0],
        "lines": lines[1:],
        "count": len(lines) - 1,
        "chips": chips,
        "back": page.base + page.query,
        "is_cut": (page.drawn.total or 0) > most,
        "most": most,
        "now": clock.now(),
        "mark": asking.mark(),
    }
    return render(request, "web/tables/print.html", context)
