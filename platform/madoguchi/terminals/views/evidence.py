"""The evidence of all terminals, on the screen and on paper."""

from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from madoguchi import clock
from madoguchi.documents.viewing import inline_pdf, reading_page
from madoguchi.places import queries as places
from madoguchi.terminals import printing, services
from madoguchi.terminals.declarations import CHECK
from madoguchi.terminals.forms import FilterForm
from madoguchi.terminals.models import TerminalCheck
from madoguchi.web.access import requires


@requires(CHECK)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List the checks of terminals, the newest first."""
    asked = _asked(request)
    context = {
        "checks": services.checks(**asked),
        "asked": asked,
        "query": urlencode({name.replace("_name", ""): value for name, value in asked.items() if value}),
        "places": [place.name for place in places.all_places()],
        "outcomes": TerminalCheck.Outcome.choices,
    }
    return render(request, "terminals/index.html", context)


@requires(CHECK)
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """Show the list as a page around its PDF."""
    query = request.META.get("QUERY_STRING", "")
    return reading_page(
        request,
        pdf=f"{reverse('terminals:list_pdf')}?{query}",
        title=_("端末の動作確認の一覧"),
        back=reverse("terminals:index"),
    )


@requires(CHECK)
@require_safe
def list_pdf(request: HttpRequest) -> HttpResponse:
    """Set the list as PDF."""
    found = services.checks(**_asked(request))
    return inline_pdf(printing.evidence_list(found, now=clock.now()), name="terminals")


@requires(CHECK)
@require_safe
def paper(request: HttpRequest, check_id: UUID) -> HttpResponse:
    """Show one check as a page around its PDF."""
    found = services.check(check_id)
    return reading_page(
        request,
        pdf=reverse("terminals:paper_pdf", args=[found.id]),
        title=_("端末の動作確認の記録"),
        back=reverse("terminals:check", args=[found.id]),
    )


@requires(CHECK)
@require_safe
def paper_pdf(request: HttpRequest, check_id: UUID) -> HttpResponse:
    """Set one check as PDF."""
    return inline_pdf(printing.evidence(services.check(check_id), now=clock.now()), name="terminal")


def _asked(request: HttpRequest) -> dict[str, str]:
    form = FilterForm(request.GET)
    form.is_valid()
    data = form.cleaned_data
    return {
        "terminal": data.get("terminal", ""),
        "place_name": data.get("place", ""),
        "outcome": data.get("outcome", ""),
    }
