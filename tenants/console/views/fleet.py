"""Every city on one page, and the same as a file."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from madoguchi import clock
from madoguchi.accounts.services import actor_of
from madoguchi.ledger.audit import services as audit
from madoguchi.web.access import requires
from tenants.console.declarations import VIEW_FLEET
from tenants.console.fleet import PAGE_SIZE, FleetFilter, FleetLine, hosts_of, read_fleet
from tenants.console.forms import FleetFilterForm
from tenants.console.summary import tiles
from tenants.console.views.rights import rights
from tenants.switching import label_of

# A spreadsheet takes these for a formula.
FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r")


@dataclass(frozen=True)
class Column:
    """The head of a column by which the list can be sorted."""

    label: str
    query: str
    direction: str


@requires(VIEW_FLEET)
@require_safe
def fleet_list(request: HttpRequest) -> HttpResponse:
    """Show the cities that fit, page by page, below the counts of the whole fleet."""
    fleet = read_fleet(now=clock.now())
    form = FleetFilterForm(request.GET or None, prefectures=fleet.prefectures)
    wanted = form.wanted
    page = Paginator(fleet.chosen(wanted), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "rows": [(line, list(map(label_of, line.plugins))) for line in page.object_list],
        "tiles": tiles(fleet.totals()),
        "is_empty": not fleet.lines,
        "is_filtering": form.is_filtering,
        "query": query_without(request, "page"),
        "columns": columns(request, wanted),
        "may": rights(request),
    }
    return render(request, "tenants/console/fleet.html", context)


@requires(VIEW_FLEET)
@require_safe
def fleet_csv(request: HttpRequest) -> HttpResponse:
    """Give the cities that fit as a file a spreadsheet opens."""
    fleet = read_fleet(now=clock.now())
    lines = fleet.chosen(FleetFilterForm(request.GET or None, prefectures=fleet.prefectures).wanted)
    audit.record(
        actor=actor_of(request),
        action="tenants.list_downloaded",
        object_type="tenants.city",
        object_ids=[],
        details={"cities": len(lines)},
        now=clock.now(),
    )
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="cities-{clock.today():%Y%m%d}.csv"'
    hosts = hosts_of(line.uuid for line in lines)
    writer = csv.writer(response)
    writer.writerow(head())
    for line in lines:
        found = hosts.get(line.uuid)
        writer.writerow(safe(cells(line, found.resident if found else "", found.staff if found else "")))
    return response


def head() -> tuple[str, ...]:
    """Name the columns of the file."""
    return (
        *(_("コード"), _("自治体"), _("カナ"), _("都道府県"), _("状態"), _("監視"), _("版の状態"), _("版")),
        *(_("機能"), _("契約終了日"), _("住民のホスト名"), _("職員のホスト名")),
    )


def cells(line: FleetLine, resident: str, staff: str) -> Iterable[str]:
    """Write one city as the cells of its row."""
    states = (line.state_badge, line.probe_badge, line.drift_badge)
    yield from (line.code, line.name, line.kana, line.prefecture)
    yield from (str(badge.label) for badge in states)
    yield from (line.version, "、".join(map(label_of, line.plugins)))
    yield from (line.ends_on.isoformat() if line.ends_on else "", resident, staff)


def safe(texts: Iterable[str]) -> list[str]:
    """Keep a spreadsheet from taking a text for a formula."""
    return [f"'{text}" if text.startswith(FORMULA) else text for text in texts]


def query_without(request: HttpRequest, *names: str) -> str:
    """Write what is asked for again, for links that change the rest."""
    kept = request.GET.copy()
    for name in names:
        kept.pop(name, None)
    return f"{kept.urlencode()}&" if kept else ""


def columns(request: HttpRequest, wanted: FleetFilter) -> dict[str, Column]:
    """Head the columns with links that sort, the current one the other way round."""
    query = query_without(request, "page", "sort")
    labels = {
        "code": _("コード"),
        "name": _("自治体"),
        "prefecture": _("都道府県"),
        "state": _("状態"),
        "probe": _("監視"),
        "drift": _("版"),
        "ends": _("契約終了"),
    }
    return {name: _column(label, name, query, wanted.sort) for name, label in labels.items()}


def _column(label: str, name: str, query: str, current: str) -> Column:
    if current == name:
        return Column(label, f"{query}sort=-{name}", "ascending")
    return Column(label, f"{query}sort={name}", "descending" if current == f"-{name}" else "")
