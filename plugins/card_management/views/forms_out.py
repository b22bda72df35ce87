"""What comes of a form: a paper, data for other systems, and the drawn name under it."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from madoguchi import clock
from madoguchi.accounts import asking
from madoguchi.accounts.services import actor_of
from madoguchi.accounts.sight import eyes_of
from madoguchi.documents.viewing import inline_pdf, reading_page
from madoguchi.errors import DomainError
from madoguchi.ledger.audit import services as audit
from madoguchi.web.access import requires
from plugins.card_management.declarations.forms import MAKE_FORMS, VIEW_FORMS
from plugins.card_management.forms.forms import SignatureForm
from plugins.card_management.services import forms_records, forms_signing, forms_templates
from plugins.card_management.views.forms import number_in

OBJECT = "card_management.form"


@requires(VIEW_FORMS)
@require_safe
def paper(request: HttpRequest, form_id: UUID) -> HttpResponse:
    """Show a form as a page around its PDF, or the PDF itself."""
    record = forms_records.find(record_id=form_id, eyes=eyes_of(request))
    version = forms_records.version_of(record=record, number=number_in(request, "version"))
    title = str(forms_templates.sort_of(record.key).title)
    if request.GET.get("as") == "sheet":
        _record(request, form_id, "card_management.form_printed")
        return inline_pdf(forms_records.pdf(version=version, now=clock.now()), name=f"form-{version.number}")
    return reading_page(
        request,
        pdf=f"?version={version.number}&as=sheet",
        title=title,
        back=reverse("cards:forms_show", args=[form_id]),
    )


@requires(VIEW_FORMS)
@require_safe
def give_out(request: HttpRequest, form_id: UUID) -> HttpResponse:
    """Give a form out as JSON for other systems, or as CSV for a spreadsheet."""
    record = forms_records.find(record_id=form_id, eyes=eyes_of(request))
    version = forms_records.version_of(record=record, number=number_in(request, "version"))
    _record(request, form_id, "card_management.form_taken_out")
    name = f"form-{record.key}-{version.number}"
    if request.GET.get("as") == "csv":
        text, kind = forms_records.as_csv(version, mark=asking.mark()), "csv"
    else:
        text, kind = forms_records.as_json(version), "json"
    response = HttpResponse(
        text, content_type=f"{'text/csv' if kind == 'csv' else 'application/json'}; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    response["Cache-Control"] = "no-store"
    return response


@requires(MAKE_FORMS)
@require_http_methods(["GET", "POST"])
def sign(request: HttpRequest, form_id: UUID) -> HttpResponse:
    """Let somebody write their name into a box, or take it as a picture."""
    record = forms_records.find(record_id=form_id, eyes=eyes_of(request))
    version = forms_records.version_of(record=record)
    form = SignatureForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            chosen = form.cleaned_data["picture"]
            content = chosen.read() if chosen else b""
            forms_signing.sign(version=version, content=content, actor=actor_of(request), now=clock.now())
        except DomainError as refusal:
            form.add_error("picture", str(refusal))
        else:
            messages.success(request, _("署名の画像を付けました。"))
            return redirect("cards:forms_show", form_id)
    context = {
        "record": record,
        "sort": forms_templates.sort_of(record.key),
        "form": form,
        "largest": forms_signing.LARGEST_BYTES,
    }
    return render(request, "card_management/forms/sign.html", context, status=422 if form.errors else 200)


@requires(VIEW_FORMS)
@require_safe
def signature(request: HttpRequest, form_id: UUID) -> HttpResponse:
    """Show the drawn name under a version."""
    record = forms_records.find(record_id=form_id, eyes=eyes_of(request))
    version = forms_records.version_of(record=record, number=number_in(request, "version"))
    picture = forms_signing.picture_of(version.id)
    if not picture:
        raise Http404
    response = HttpResponse(picture, content_type="image/png")
    response["Cache-Control"] = "no-store"
    return response


def _record(request: HttpRequest, form_id: UUID, purpose: str) -> None:
    audit.record_read(
        actor=actor_of(request),
        object_type=OBJECT,
        object_ids=[str(form_id)],
        purpose=purpose,
        now=clock.now(),
    )
