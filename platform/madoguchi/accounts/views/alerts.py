from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from madoguchi import clock
from madoguchi.accounts import services
from madoguchi.accounts.declarations import SETTLE_ALERTS, VIEW_ENTRIES
from madoguchi.accounts.desk import lists
from madoguchi.accounts.desk.alerts import ALERTS, count_of, kind_of
from madoguchi.accounts.forms import AlertForm
from madoguchi.accounts.models import Staff
from madoguchi.ledger.audit import oddities
from madoguchi.web.access import refuse, requires


@requires(VIEW_ENTRIES)
@require_safe
def alert_list(request: HttpRequest) -> HttpResponse:
    """List what does not look like work, what nobody has looked into first."""
    return lists.show(request, table=ALERTS, rows=oddities.alerts(), template="accounts/alert_list.html")


@requires(VIEW_ENTRIES)
@require_http_methods(["GET", "POST"])
def alert(request: HttpRequest, alert_id: UUID) -> HttpResponse:
    """Show one of them with the way to its entries, and note that somebody looked into it."""
    viewer = request.user
    assert isinstance(viewer, Staff)
    may_settle = viewer.has_permission(SETTLE_ALERTS)
    if request.method == "POST" and not may_settle:
        refuse(request, permission=SETTLE_ALERTS)
    found = oddities.alert(alert_id=alert_id)
    form = AlertForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        note = form.cleaned_data["note"]
        oddities.mark_seen(alert_id=alert_id, note=note, actor=services.actor_of(request), now=clock.now())
        messages.success(request, _("確認済みにしました。"))
        return redirect("audit_alerts")
    day = clock.local(found.since).date().isoformat()
    entries = f"{reverse('audit_list')}?{urlencode({'user': found.actor_id, 'since': day, 'until': day})}"
    context = {
        "alert": found,
        "kind": kind_of(found),
        "count": count_of(found),
        "until": found.since + oddities.HOUR,
        "entries": entries,
        "form": form,
        "may_settle": may_settle,
    }
    return render(request, "accounts/alert.html", context, status=422 if form.errors else 200)
