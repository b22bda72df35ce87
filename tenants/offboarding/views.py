"""The end of a contract on the console: asked for here, carried out on the server, certified here."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from madoguchi import clock
from madoguchi.accounts.services import actor_of
from madoguchi.documents.viewing import inline_pdf
from madoguchi.errors import DomainError, NotFound
from madoguchi.ledger.audit import services as audit
from madoguchi.web.access import requires
from tenants.directory import directory
from tenants.models import CityErasure
from tenants.offboarding import asking
from tenants.offboarding.declarations import END, OBJECT, READ
from tenants.offboarding.forms import EndForm


@requires(END)
@require_http_methods(["GET", "POST"])
def city_end(request: HttpRequest, code: str) -> HttpResponse:
    """Ask another operator to approve the erasing of a city."""
    city = directory.by_code(code)
    if city is None:
        raise NotFound(code=code)
    form = EndForm(request.POST or None, code=code)
    if request.method == "POST" and form.is_valid():
        try:
            asked = asking.ask(
                city=city,
                reason=form.cleaned_data["reason"],
                agreement=form.agreement,
                actor=actor_of(request),
                now=clock.now(),
            )
        except DomainError as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("承認を依頼しました。別の運用者が承認します。"))
            return redirect("approvals:show", asked)
    context = {"city": city, "form": form, "asked": asking.open_request(code=code)}
    return render(request, "tenants/offboarding/end.html", context, status=422 if form.errors else 200)


@requires(END)
@require_safe
def certificates(request: HttpRequest) -> HttpResponse:
    """List the cities that were erased."""
    rows = CityErasure.objects.defer("certificate")
    return render(request, "tenants/offboarding/certificates.html", {"rows": rows})


@requires(END)
@require_safe
def certificate(request: HttpRequest, erasure_id: UUID) -> HttpResponse:
    """Show a certificate in the browser's own viewer."""
    row = CityErasure.objects.filter(uuid=erasure_id).first()
    if row is None or not row.certificate:
        raise NotFound(erasure=str(erasure_id))
    audit.record(
        actor=actor_of(request), action=READ, object_type=OBJECT, object_ids=[row.code], now=clock.now()
    )
    return inline_pdf(bytes(row.certificate), name=f"erasure-{row.code}")
