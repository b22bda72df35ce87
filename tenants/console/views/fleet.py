"""Every city on one page, and the same as a file."""

import csv
from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from madoguchi import clock
from madoguchi.accounts.desk import lists
from madoguchi.accounts.services import actor_of
from madoguchi.ledger.audit import services as audit
from madoguchi.web.access import requires
from madoguchi.web.tables.files import guarded
from tenants.console.declarations import VIEW_FLEET
from tenants.console.fleet import FleetLine, hosts_of, read_fleet
from tenants.console.fleet_table import Cities, fleet_table
from tenants.console.forms import FleetFilterForm
from tenants.console.summary import tiles
from tenants.console.views.rights import rights
from tenants.registers import queries as registers
from tenants.switching import label_of


@requires(VIEW_FLEET)
@require_safe
def fleet_list(request: HttpRequest) -> HttpResponse:
    """Show the cities that fit, page by page, below the counts of the whole fleet."""
    fleet = read_fleet(now=clock.now())
    context = {
        "tiles": tiles(fleet.totals()),
        "query": query_without(request, "page"),
        "may": rights(request),
        "reminder": registers.reminder(today=clock.today()),
    }
    return lists.show(
        request,
        table=fleet_table(fleet),
        rows=Cities(fleet),
        template="tenants/console/fleet.html",
        context=context,
    )


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
        texts = cells(line, found.resident if found else "", found.staff if found else "")
        writer.writerow(guarded(text) for text in texts)
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


def query_without(request: HttpRequest, *names: str) -> str:
    """Write what is asked for again, for links that change the rest."""
    kept = request.GET.copy()
    for name in names:
        kept.pop(name, None)
    return f"{kept.urlencode()}&" if kept else ""
