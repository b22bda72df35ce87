"""The proof that nobody changed the audit list: where its chain stands, and a file to verify it oneself."""

from datetime import timedelta

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from madoguchi import clock
from madoguchi.accounts import services
from madoguchi.accounts.declarations import VIEW_ENTRIES
from madoguchi.accounts.desk.trail import midnight
from madoguchi.accounts.forms import ProofForm
from madoguchi.ledger.audit import exporting
from madoguchi.ledger.audit import services as audit
from madoguchi.tenancy import current_city
from madoguchi.web.access import requires

ANCHORS_SHOWN = 31
JSON_LINES = "application/jsonl; charset=utf-8"


@requires(VIEW_ENTRIES)
@require_safe
def proof(request: HttpRequest) -> HttpResponse:
    """Show where the chain stands, with the anchors to keep on paper."""
    today = clock.today()
    form = ProofForm(initial={"since": today - timedelta(days=30), "until": today})
    context = {"form": form, "chain": exporting.standing(anchors=ANCHORS_SHOWN)}
    return render(request, "accounts/proof.html", context)


@requires(VIEW_ENTRIES)
@require_safe
def proof_file(request: HttpRequest) -> HttpResponseBase:
    """Send the entries of a period under their seals."""
    form = ProofForm(request.GET)
    if not form.is_valid():
        context = {"form": form, "chain": exporting.standing(anchors=ANCHORS_SHOWN)}
        return render(request, "accounts/proof.html", context, status=422)
    since, until = form.cleaned_data["since"], form.cleaned_data["until"]
    city, now = current_city(), clock.now()
    period = {"since": since.isoformat(), "until": until.isoformat()}
    audit.record(
        actor=services.actor_of(request),
        action="audit.exported",
        object_type="audit.entry",
        object_ids=[],
        details=period,
        now=now,
    )
    lines = exporting.lines(
        city=city, since=midnight(since), until=midnight(until + timedelta(days=1)), now=now
    )
    response = StreamingHttpResponse(lines, content_type=JSON_LINES)
    name = f"audit-{city.code}-{since:%Y%m%d}-{until:%Y%m%d}.jsonl"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@requires(VIEW_ENTRIES)
@require_safe
def verifier(request: HttpRequest) -> FileResponse:
    """Send the page that verifies such a file without a network."""
    return FileResponse(
        exporting.VERIFIER.open("rb"), as_attachment=True, filename="madoguchi-audit-verify.html"
    )
