"""The log reports of a city: months, one month as a page, on paper and as a file."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from madoguchi import clock
from madoguchi.accounts.declarations import EXPORT_LISTS, VIEW_ENTRIES
from madoguchi.accounts.models import Staff
from madoguchi.accounts.services import actor_of
from madoguchi.documents.viewing import inline_pdf, reading_page
from madoguchi.ledger.audit import expiring, reporting
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.models import AuditReport
from madoguchi.preferences import queries as preferences
from madoguchi.service_level import wording
from madoguchi.service_level.paper import report_on_paper
from madoguchi.service_level.preferences import LogRules
from madoguchi.web.access import refuse, requires
from madoguchi.web.tables.files import csv_text


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A report as its page shows it: frozen, or the month so far."""

    month: date
    content: dict[str, Any]
    row: AuditReport | None
    is_genuine: bool

    @property
    def sections(self) -> list[wording.Section]:
        """Put it into words."""
        return wording.sections(self.content)


@requires(VIEW_ENTRIES)
@require_safe
@never_cache
def report_list(request: HttpRequest) -> HttpResponse:
    """List the months that have a report, and how long the log is kept."""
    context = {
        "reports": reporting.reports(),
        "this_month": f"{clock.today():%Y-%m}",
        "kept_years": preferences.current(LogRules).kept_years,
        "expiries": expiring.expiries(),
    }
    return render(request, "service_level/list.html", context)


@requires(VIEW_ENTRIES)
@require_safe
@never_cache
def report_page(request: HttpRequest, month: str) -> HttpResponse:
    """Show the report of a month; of the month that runs, what there is so far."""
    shown = _find(month)
    _record(request, "service_level.report_viewed", shown)
    may_export = isinstance(request.user, Staff) and request.user.has_permission(EXPORT_LISTS)
    return render(request, "service_level/page.html", {"shown": shown, "may_export": may_export})


@requires(VIEW_ENTRIES)
@require_safe
@never_cache
def report_csv(request: HttpRequest, month: str) -> HttpResponse:
    """Give the report as a file for a spreadsheet."""
    if not (isinstance(request.user, Staff) and request.user.has_permission(EXPORT_LISTS)):
        refuse(request, permission=EXPORT_LISTS)
    shown = _find(month)
    lines = list(wording.lines_of(shown.sections))
    _record(request, "service_level.report_exported", shown, rows=len(lines) - 1)
    response = HttpResponse(csv_text(lines), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="log-report-{month}.csv"'
    return response


@requires(VIEW_ENTRIES)
@require_safe
@never_cache
def report_pdf(request: HttpRequest, month: str) -> HttpResponse:
    """Give the report on paper."""
    shown = _find(month)
    _record(request, "service_level.report_viewed", shown, path="pdf")
    paper = report_on_paper(content=shown.content, row=shown.row, now=clock.now())
    return inline_pdf(paper, name=f"log-report-{month}")


@requires(VIEW_ENTRIES)
@require_safe
@never_cache
def report_reading(request: HttpRequest, month: str) -> HttpResponse:
    """Show the report on paper in the browser's own viewer, ready to print."""
    _find(month)
    return reading_page(
        request,
        pdf=reverse("log_reports:pdf", args=[month]),
        title=_("ログの月次報告（%(month)s）") % {"month": month},
        back=reverse("log_reports:page", args=[month]),
    )


def _find(text: str) -> Shown:
    month, now = date.fromisoformat(f"{text}-01"), clock.now()
    row = reporting.find_report(month=month)
    if row is not None:
        return Shown(month=month, content=row.content, row=row, is_genuine=reporting.is_genuine(row))
    if month != reporting.month_of(clock.local(now).date()):
        raise Http404(text)
    return Shown(month=month, content=reporting.gather(month=month, now=now), row=None, is_genuine=True)


def _record(request: HttpRequest, action: str, shown: Shown, **details: Any) -> None:
    audit.record(
        actor=actor_of(request),
        action=action,
        object_type="audit.report",
        object_ids=[f"{shown.month:%Y-%m}"],
        details=details,
        now=clock.now(),
    )
