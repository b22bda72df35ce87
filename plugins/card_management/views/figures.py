"""Counts and charts of cards, hand-overs and visits."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from madoguchi import clock
from madoguchi.accounts.desk.lists import Sheet
from madoguchi.accounts.services import actor_of
from madoguchi.accounts.sight import eyes_of
from madoguchi.documents.lists import on_paper
from madoguchi.ledger.audit import services as audit
from madoguchi.web.access import requires
from madoguchi.web.dates import short_era_date
from madoguchi.web.tables.files import csv_text
from plugins.card_management.declarations.scans import COUNT_FIGURES, VIEW_FIGURES
from plugins.card_management.forms.figures import CrossForm, PeriodForm
from plugins.card_management.queries import figures as queries
from plugins.card_management.queries.figures import HANDED, MEASURES, QUESTIONS, STOCK, VISITS, Period
from plugins.card_management.rules.figures_table import CrossTable, chart
from plugins.card_management.services import figures as services

USUAL_MONTHS = 12
AHEAD_MONTHS = 36
MISSED = "missed"


@requires(VIEW_FIGURES)
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Show the figures of a period as tables and charts."""
    form, period = _period(request, PeriodForm)
    if form.errors:
        return render(request, "card_management/figures/overview.html", {"form": form}, status=422)
    eyes, now = eyes_of(request), clock.now()

    def count(measure: str, rows: str, columns: str) -> CrossTable:
        return queries.cross(measure=measure, rows=rows, columns=columns, period=period, eyes=eyes, now=now)

    stock, handed = count(STOCK, "state", "place"), count(HANDED, "month", "kind")
    visits, places = count(VISITS, "channel", "outcome"), count(VISITS, "place", "outcome")
    balances = queries.monthly_balances(period=period, eyes=eyes, today=clock.today())
    words = (_("月末の枚数"),)
    grown = [(queries.month_label(each.month), (each.end,)) for each in balances]
    context = {
        "form": form,
        "period": period,
        "parts": [
            _part(_("いまのカード（状態と場所）"), stock, STOCK, "state", "place", period),
            _part(_("交付したカード（月と種類）"), handed, HANDED, "month", "kind", period),
            _part(_("来庁の予約（経路と結果）"), visits, VISITS, "channel", "outcome", period),
            _part(_("来庁の予約（場所と結果）"), places, VISITS, "place", "outcome", period),
        ],
        "balances": [(queries.month_label(each.month), each) for each in balances],
        "balance_chart": chart(groups=grown, series=words) if balances else None,
        "missed": _missed(visits),
    }
    return render(request, "card_management/figures/overview.html", context)


@requires(VIEW_FIGURES)
@require_safe
def table(request: HttpRequest) -> HttpResponse:
    """Count one thing by two questions, on a page, as CSV or on paper."""
    form, period = _period(request, CrossForm)
    if form.errors:
        return render(request, "card_management/figures/table.html", {"form": form}, status=422)
    asked = form.cleaned_data if form.is_bound else form.initial
    measure, rows, columns = (str(asked[name]) for name in ("measure", "rows", "columns"))
    now = clock.now()
    found = queries.cross(
        measure=measure, rows=rows, columns=columns, period=period, eyes=eyes_of(request), now=now
    )
    title = f"{MEASURES[measure].label}（{QUESTIONS[rows]}×{QUESTIONS[columns]}）"
    lines = _lines(found, str(QUESTIONS[rows]))
    wanted = request.GET.get("as", "")
    if wanted in ("csv", "pdf", "sheet"):
        _record(request, f"{measure}:{rows}:{columns}:{wanted}")
    if wanted == "csv":
        return _file(lines, name=f"figures-{measure}")
    if wanted in ("pdf", "sheet"):
        return on_paper(request, _sheet(request, title, lines, period, measure))
    context = {
        "form": form,
        "title": title,
        "part": _part(title, found, measure, rows, columns, period),
        "has_period": MEASURES[measure].has_period,
    }
    return render(request, "card_management/figures/table.html", context)


@requires(COUNT_FIGURES)
@require_POST
def count_ends(request: HttpRequest) -> HttpResponse:
    """Count anew how many cards and certificates end in the months to come."""
    unknown = services.count_ends(actor=actor_of(request), now=clock.now())
    messages.success(request, _("数え直しました。"))
    if unknown:
        messages.info(request, _("生年月日がわからない%(count)d件は入っていません。") % {"count": unknown})
    return redirect("cards:figures_ends")


@requires(VIEW_FIGURES)
@require_safe
def ends(request: HttpRequest) -> HttpResponse:
    """Show how many cards and certificates end in the months to come."""
    found = queries.expiring(first=clock.today(), months=AHEAD_MONTHS)
    groups = [(queries.month_label(month), (cards, papers)) for month, cards, papers in found]
    lines = [[_("月"), _("カード"), _("電子証明書")]]
    lines += [[label, str(cards), str(papers)] for label, (cards, papers) in groups]
    if request.GET.get("as") == "csv":
        _record(request, "ends:csv")
        return _file(lines, name="figures-ends")
    context = {
        "counted_at": queries.ends_counted_at(),
        "may_count": request.user.has_permission(COUNT_FIGURES),  # type: ignore[union-attr]
        "months": groups,
        "totals": [sum(cards for _m, cards, _p in found), sum(papers for _m, _c, papers in found)],
        "chart": chart(groups=groups, series=(_("カード"), _("電子証明書"))),
    }
    return render(request, "card_management/figures/ends.html", context)


def _period(request: HttpRequest, kind: type[PeriodForm]) -> tuple[PeriodForm, Period]:
    """Read the period that is asked for, or take the last twelve months."""
    today = clock.today()
    first = (today.replace(day=1) - timedelta(days=31 * (USUAL_MONTHS - 1))).replace(day=1)
    usual: dict[str, Any] = {"first": first, "last": today}
    usual |= {"measure": HANDED, "rows": "month", "columns": "place"}
    if not ({"first", "last", "measure"} & request.GET.keys()):
        return kind(initial=usual), Period(first=first, last=today)
    asked = {name: request.GET.get(name) or str(value) for name, value in usual.items()}
    form = kind(asked)
    if not form.is_valid():
        return form, Period(first=first, last=today)
    return form, Period(first=form.cleaned_data["first"], last=form.cleaned_data["last"])


def _part(
    title: object, found: CrossTable, measure: str, rows: str, columns: str, period: Period
) -> Mapping[str, object]:
    """Draw a cross table with its chart; the lines are the groups, the columns the series."""
    is_narrow = len(found.columns) <= 6
    groups: Sequence[tuple[str, Sequence[int]]] = [
        (row.label, row.counts if is_narrow else (row.total,)) for row in found.rows
    ]
    series = found.columns if is_narrow else (_("合計"),)
    return {
        "title": title,
        "table": found,
        "head": QUESTIONS[rows],
        "chart": chart(groups=groups, series=series) if found.total else None,
        "query": f"measure={measure}&rows={rows}&columns={columns}"
        f"&first={period.first.isoformat()}&last={period.last.isoformat()}",
    }


def _missed(visits: CrossTable) -> Mapping[str, object] | None:
    """Tell how many of those whose visit was marked did not come."""
    labels = {name: str(label) for name, label in queries.OUTCOMES.items()}
    sums = dict(zip(visits.columns, visits.totals, strict=True))
    came, missed = sums.get(labels["came"], 0), sums.get(labels[MISSED], 0)
    if not came + missed:
        return None
    return {"count": missed, "of": came + missed, "percent": 100 * missed / (came + missed)}


def _lines(found: CrossTable, head: str) -> list[list[str]]:
    lines = [[head, *found.columns, _("合計")]]
    lines += [[row.label, *map(str, row.counts), str(row.total)] for row in found.rows]
    return [*lines, [_("合計"), *map(str, found.totals), str(found.total)]]


def _sheet(request: HttpRequest, title: str, lines: list[list[str]], period: Period, measure: str) -> Sheet:
    query = request.GET.copy()
    query.pop("as", None)
    note = ""
    if MEASURES[measure].has_period:
        note = _("期間：%(first)s〜%(last)s") % _spoken(period.first, period.last)
    return Sheet(
        title=title,
        note=note,
        name=f"figures-{measure}",
        query=query.urlencode(),
        heads=lines[0],
        numbers=[False, *[True] * (len(lines[0]) - 1)],
        sections=[("", lines[1:])],
        now=clock.now(),
    )


def _spoken(first: date, last: date) -> Mapping[str, str]:
    return {"first": short_era_date(first), "last": short_era_date(last)}


def _file(lines: list[list[str]], *, name: str) -> HttpResponse:
    response = HttpResponse(csv_text(lines), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def _record(request: HttpRequest, what: str) -> None:
    audit.record(
        actor=actor_of(request),
        action="card_management.figures_taken",
        object_type="card_management.figures",
        object_ids=[],
        details={"what": what},
        now=clock.now(),
    )
