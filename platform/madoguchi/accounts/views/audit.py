from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from madoguchi import clock
from madoguchi.accounts import services
from madoguchi.accounts.declarations import VIEW_ENTRIES
from madoguchi.accounts.desk import lists
from madoguchi.accounts.desk.trail import AUDIT, Trail
from madoguchi.ledger.audit import services as audit
from madoguchi.web.access import requires


@requires(VIEW_ENTRIES)
@require_safe
def audit_list(request: HttpRequest) -> HttpResponse:
    """Search the audit list; looking at it is an entry too."""

    def record(rows: Sequence[Any]) -> None:
        audit.record(
            actor=services.actor_of(request),
            action="audit.viewed",
            object_type="audit.entry",
            object_ids=[],
            details={"rows": len(rows), "filters": filters_of(request)},
            now=clock.now(),
        )

    return lists.show(
        request, table=AUDIT, rows=Trail(), template="accounts/audit_list.html", recording=record
    )


def filters_of(request: HttpRequest) -> list[str]:
    """List which filters are set, not what they look for."""
    return sorted(each.name for each in AUDIT.filters if request.GET.get(each.name))
