from datetime import date, datetime, time, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from madoguchi import clock
from madoguchi.accounts import services
from madoguchi.accounts.declarations import VIEW_ENTRIES
from madoguchi.accounts.forms import AuditFilterForm
from madoguchi.accounts.phrases import rows_of
from madoguchi.ledger.audit import queries
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.phrases import phrase_of
from madoguchi.ledger.audit.queries import AuditFilter
from madoguchi.web.access import requires


@requires(VIEW_ENTRIES)
@require_safe
def audit_list(request: HttpRequest) -> HttpResponse:
    """Search the audit list; looking at it is an entry too."""
    actions = [(name, phrase_of(name)) for name in queries.actions()]
    form = AuditFilterForm(request.GET or None, actions=actions)
    is_bound = form.is_bound and form.is_valid()
    wanted = wanted_of(form.cleaned_data) if is_bound else AuditFilter()
    page = queries.search(wanted=wanted, page=page_number(request))
    audit.record(
        actor=services.actor_of(request),
        action="audit.viewed",
        object_type="audit.entry",
        object_ids=[],
        details={"page": page.number, "filters": filters_of(request)},
        now=clock.now(),
    )
    context = {"form": form, "page": page, "rows": rows_of(page.entries), "query": query_of(request)}
    return render(request, "accounts/audit_list.html", context, status=422 if form.errors else 200)


def wanted_of(chosen: dict[str, Any]) -> AuditFilter:
    """Turn what was typed into what to look for, days in Japanese time."""
    since, until = chosen["since"], chosen["until"]
    return AuditFilter(
        person=chosen["person"].strip(),
        user=chosen["user"].strip(),
        action=chosen["action"],
        since=midnight(since) if since else None,
        until=midnight(until + timedelta(days=1)) if until else None,
    )


def midnight(day: date) -> datetime:
    """Name the moment at which a day begins in Japan."""
    return datetime.combine(day, time(), tzinfo=clock.JAPAN)


def page_number(request: HttpRequest) -> int:
    """Read which page is asked for; anything odd is the first."""
    text = request.GET.get("page", "1")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 1


def filters_of(request: HttpRequest) -> list[str]:
    """List which filters are set, not what they look for."""
    return sorted(name for name in AuditFilterForm.base_fields if request.GET.get(name))


def query_of(request: HttpRequest) -> str:
    """Write the filters again for the links to other pages."""
    kept = request.GET.copy()
    kept.pop("page", None)
    return f"{kept.urlencode()}&" if kept else ""
