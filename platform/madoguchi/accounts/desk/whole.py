"""All rows of a list at once: as a file for a spreadsheet, on a page for print, or set on paper."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from madoguchi import clock
from madoguchi.accounts import asking
from madoguchi.accounts.declarations import EXPORT_LISTS
from madoguchi.accounts.desk.list_page import Page
from madoguchi.accounts.services import actor_of
from madoguchi.ledger.audit import services as audit
from madoguchi.web.access import refuse
from madoguchi.web.tables import files

MOST_ROWS: Final = 5_000
MOST_PRINTED: Final = 1_000
FILES: Final = ("csv", "cp932", "xlsx")
PAPER: Final = ("pdf", "sheet")
FORMS: Final = (*FILES, *PAPER, "print")
SPREADSHEET: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN_TROUBLES: Final = 50
Recording = Callable[[Sequence[Any]], None]


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A list as it is to be set on paper; without lines where only the page around it is asked for.

    ``Table.paper`` of a list is called with the request and this.
    """

    title: str
    note: str
    name: str
    query: str
    heads: Sequence[str]
    numbers: Sequence[bool]
    sections: Sequence[tuple[str, Sequence[Sequence[str]]]]
    now: datetime


def show_whole(
    request: HttpRequest, page: Page, *, recording: Recording | None = None
) -> HttpResponse | None:
    """Answer with all rows where a file, a print or a sheet was asked for, otherwise with nothing."""
    form, paper = request.GET.get("as", ""), page.drawn.table.paper
    if form not in FORMS or (form in PAPER and paper is None) or page.drawn.asked.unread:
        return None
    if not (page.may_export if form in FILES else page.may_print):
        refuse(request, permission=EXPORT_LISTS)
    if form == "pdf":
        return _on_paper(request, page, [], is_cut=False)
    most = MOST_ROWS if form in FILES else MOST_PRINTED
    rows = page.drawn.all_rows(most=most)
    lines = files.table_text(columns=page.drawn.columns, rows=rows)
    troubles = files.troubles(lines) if form == "cp932" else ()
    if troubles and "replace" not in request.GET:
        return _ask_what_to_do(request, page, troubles)
    if recording is not None:
        recording(rows)
    _record(request, page, form, len(rows))
    is_cut = (page.drawn.total or 0) > most
    if form in FILES:
        return _file(page, form, lines)
    if form == "sheet":
        return _on_paper(request, page, rows, is_cut=is_cut)
    return _print(request, page, lines, is_cut=is_cut)


def _record(request: HttpRequest, page: Page, form: str, count: int) -> None:
    audit.record(
        actor=actor_of(request),
        action="accounts.list_exported" if form in FILES else "accounts.list_printed",
        object_type="accounts.list",
        object_ids=[str(page.drawn.table.label)],
        details={"rows": count, "filters": sorted(page.drawn.asked.chosen)},
        now=clock.now(),
    )


def _name(page: Page) -> str:
    return f"{page.drawn.table.name.replace('.', '-')}-{clock.today():%Y%m%d}"


def _file(page: Page, form: str, lines: Sequence[Sequence[str]]) -> HttpResponse:
    mark, ending = asking.mark(), "xlsx" if form == "xlsx" else "csv"
    if form == "xlsx":
        content: bytes | str = files.spreadsheet(lines, title=str(page.drawn.table.label), mark=mark)
        kind = SPREADSHEET
    elif form == "cp932":
        content, kind = files.cp932_bytes(lines, mark=mark), "text/csv; charset=shift_jis"
    else:
        content, kind = files.csv_text(lines, mark=mark), "text/csv; charset=utf-8"
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{_name(page)}.{ending}"'
    return response


def _ask_what_to_do(request: HttpRequest, page: Page, troubles: Sequence[files.Trouble]) -> HttpResponse:
    """Name the characters that the old encoding lacks, before anything is written."""
    context = {
        "table": page.drawn.table,
        "here": page.base + page.query,
        "troubles": troubles[:SHOWN_TROUBLES],
        "count": len(troubles),
        "has_more": len(troubles) > SHOWN_TROUBLES,
    }
    return render(request, "web/tables/unwritable.html", context)


def _on_paper(request: HttpRequest, page: Page, rows: Sequence[Any], *, is_cut: bool) -> HttpResponse:
    paper = page.drawn.table.paper
    assert paper is not None
    answer: HttpResponse = paper(request, _sheet(page, rows, is_cut=is_cut))
    return answer


def _sheet(page: Page, rows: Sequence[Any], *, is_cut: bool) -> Sheet:
    table, columns = page.drawn.table, page.drawn.columns
    # In any other order nearly every row would stand under a heading of its own.
    is_usual = page.drawn.asked.sort_column == table.sort.removeprefix("-")
    grouped = groupby(rows, key=table.group) if table.group and is_usual else [("", rows)]
    sections = [
        (str(heading), files.table_text(columns=columns, rows=list(some))[1:]) for heading, some in grouped
    ]
    chips = "、".join(f"{chip.label}：{chip.value}" for chip in page.drawn.chips)
    cut = _("はじめの%(most)d件だけを印刷しています。") % {"most": MOST_PRINTED} if is_cut else ""
    return Sheet(
        title=str(table.label),
        note="　".join(filter(None, (chips, cut))),
        name=_name(page),
        query=page.base + page.query,
        heads=[str(column.label) for column in columns],
        numbers=[column.css == "num" for column in columns],
        sections=sections,
        now=clock.now(),
    )


def _print(request: HttpRequest, page: Page, lines: list[list[str]], *, is_cut: bool) -> HttpResponse:
    context = {
        "table": page.drawn.table,
        "head": lines[0],
        "lines": lines[1:],
        "count": len(lines) - 1,
        "chips": page.drawn.chips,
        "back": page.base + page.query,
        "is_cut": is_cut,
        "most": MOST_PRINTED,
        "now": clock.now(),
        "mark": asking.mark(),
    }
    return render(request, "web/tables/print.html", context)
