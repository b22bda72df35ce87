from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from madoguchi.notifications import queries
from madoguchi.notifications.declarations import VIEW_DELIVERIES
from madoguchi.web.access import requires


@requires(VIEW_DELIVERIES)
@require_safe
def deliveries(request: HttpRequest) -> HttpResponse:
    """List what was sent and what did not arrive, without personal data in clear."""
    states = queries.states()
    state = request.GET.get("state", "")
    chosen = state if state in dict(states) else ""
    text = request.GET.get("page", "1")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 1
    context = {
        "page": queries.deliveries(state=chosen, page=number),
        "states": states,
        "state": chosen,
        "failures": queries.failures(),
    }
    return render(request, "notifications/deliveries.html", context)
